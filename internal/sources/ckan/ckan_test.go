package ckan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/sourcestest"
)

// datasetRow and resourceRow are what most tests look at.
var (
	datasetRow  = []string{"dataset_id", "name", "publisher_id", "is_gone", "valid_from", "is_valid_from_assumed"}
	resourceRow = []string{"resource_id", "url", "is_gone", "valid_from"}
)

func want(t *testing.T, what string, got []string, lines ...string) {
	t.Helper()
	if lines == nil {
		lines = []string{}
	}
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestSuite(t *testing.T) {
	p := newPortal(t).fill(30)
	first := newWarehouse(p)
	t.Run("first pull", func(t *testing.T) {
		sourcestest.Run(t, func(*testing.T) sources.Source { return first.source(0) })
	})
	first.pull(t, 0)
	p.edit(3, "2025-03-02T01:00:00", func(pkg object) { pkg["name"] = "renamed" })
	t.Run("incremental pull", func(t *testing.T) {
		sourcestest.Run(t, func(*testing.T) sources.Source { return first.source(1) })
	})
}

func TestFirstPullIsFull(t *testing.T) {
	p := newPortal(t).fill(2)
	tables := newWarehouse(p).pull(t, 0)
	want(t, "datasets", tables.Text("raw.dataset", datasetRow...),
		"00000001-aaaa-4bbb-8ccc-000000000000|dataset-1|org-river-survey|false|2025-01-02T08:00:00.123456|true",
		"00000002-aaaa-4bbb-8ccc-000000000000|dataset-2|org-farm-payments|false|2025-01-03T08:00:00.123456|true")
	want(t, "more of datasets", tables.Text("raw.dataset", "title", "record_kind", "guid", "parent_guid", "page_url", "created_at", "modified_at", "seen_at")[:1],
		"Dataset 1 – éà|dataset|-|-|https://data.example.org/dataset/dataset-1|2025-01-02T08:00:00.123456|2025-02-02T08:00:00.123456|2025-03-01T12:00:00")
	want(t, "resources", tables.Text("raw.resource", "resource_id", "dataset_id", "name", "format", "url", "host", "url_type", "is_datastore_active", "created_at", "valid_from")[:1],
		"r0-00000001-aaaa-4bbb-8ccc-000000000000|00000001-aaaa-4bbb-8ccc-000000000000|File 0|CSV|https://files.example.org/1/0.csv|files.example.org||true|2025-01-30T09:00:00.5|2025-01-30T09:00:00.5")
	want(t, "publishers", tables.Text("raw.publisher", "publisher_id", "name", "title", "valid_from", "is_valid_from_assumed"),
		"org-farm-payments|farm-payments|The farm-payments|2024-01-01T00:00:00.000001|true",
		"org-river-survey|river-survey|The river-survey|2024-01-01T00:00:00.000001|true")
	want(t, "pull", tables.Text("ledger.source_pull", "source", "pull_kind", "pulled_at", "is_complete", "item_count"),
		"ckan/test|full|2025-03-01T12:00:00|true|2")
	want(t, "receipt", tables.Text("ledger.unit", "source", "stream_id", "start_offset", "end_offset", "line_count"),
		"ckan|ckan/test|0|1|0")
}

func TestSecondPullFindsNothing(t *testing.T) {
	h := newWarehouse(newPortal(t).fill(5))
	h.pull(t, 0)
	for day, kind := range map[int]string{1: incremental, 8: full} {
		tables := h.pull(t, day)
		for _, table := range []string{"raw.dataset", "raw.resource", "raw.publisher"} {
			if len(tables[table]) > 0 {
				t.Errorf("day %d: %s has %d rows, want none", day, table, len(tables[table]))
			}
		}
		want(t, "pull", tables.Text("ledger.source_pull", "pull_kind"), kind)
	}
}

func TestIncrementalPull(t *testing.T) {
	cases := map[string]struct {
		change              func(*portal)
		datasets, resources []string
	}{
		"a renamed dataset": {
			change:   func(p *portal) { p.edit(2, "2025-03-02T01:00:00", func(d object) { d["name"] = "renamed" }) },
			datasets: []string{"00000002-aaaa-4bbb-8ccc-000000000000|renamed|org-farm-payments|false|2025-03-02T12:00:00|false"},
		},
		"a dataset that moved": {
			change: func(p *portal) {
				p.edit(2, "2025-03-02T01:00:00", func(d object) { d["owner_org"] = "org-river-survey" })
			},
			datasets: []string{"00000002-aaaa-4bbb-8ccc-000000000000|dataset-2|org-river-survey|false|2025-03-02T12:00:00|false"},
		},
		"a new dataset": {
			change:   func(p *portal) { p.add(9, "river-survey")["metadata_modified"] = "2025-03-02T01:00:00" },
			datasets: []string{"00000009-aaaa-4bbb-8ccc-000000000000|dataset-9|org-river-survey|false|2025-03-02T12:00:00|false"},
			resources: []string{
				"r0-00000009-aaaa-4bbb-8ccc-000000000000|https://files.example.org/9/0.csv|false|2025-03-02T12:00:00",
				"r1-00000009-aaaa-4bbb-8ccc-000000000000|https://files.example.org/9/1.csv|false|2025-03-02T12:00:00",
			},
		},
		"a description only": {
			change: func(p *portal) {
				p.edit(2, "2025-03-02T01:00:00", func(d object) { d["notes"] = "Better words." })
			},
		},
		"a resource that is gone and one that moved": {
			change: func(p *portal) {
				p.edit(2, "2025-03-02T01:00:00", func(d object) {
					left := d["resources"].([]object)[1:]
					left[0]["url"] = "https://new.example.net/1.csv"
					d["resources"] = left
				})
			},
			resources: []string{
				"r0-00000002-aaaa-4bbb-8ccc-000000000000|-|true|2025-03-02T12:00:00",
				"r1-00000002-aaaa-4bbb-8ccc-000000000000|https://new.example.net/1.csv|false|2025-03-02T12:00:00",
			},
		},
		"a deleted dataset is left for the full pull": {
			change: func(p *portal) { p.remove(2) },
		},
		"an edit indexed late, within the overlap": {
			change:   func(p *portal) { p.edit(2, "2025-02-06T07:30:00", func(d object) { d["name"] = "late" }) },
			datasets: []string{"00000002-aaaa-4bbb-8ccc-000000000000|late|org-farm-payments|false|2025-03-02T12:00:00|false"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t).fill(5) // the last modified at 2025-02-06T08:00
			h := newWarehouse(p)
			h.pull(t, 0)
			test.change(p)
			tables := h.pull(t, 1)
			want(t, "pull", tables.Text("ledger.source_pull", "pull_kind"), incremental)
			want(t, "datasets", tables.Text("raw.dataset", datasetRow...), test.datasets...)
			want(t, "resources", tables.Text("raw.resource", resourceRow...), test.resources...)
		})
	}
}

func TestFullPullClosesWhatVanished(t *testing.T) {
	p := newPortal(t).fill(5)
	h := newWarehouse(p)
	h.pull(t, 0)
	back := p.dataset(2)
	p.remove(2)
	p.organizations = p.organizations[:1]
	if tables := h.pull(t, 1); len(tables["raw.dataset"]) > 0 {
		t.Errorf("an incremental pull closes %v", tables["raw.dataset"])
	}

	tables := h.pull(t, 7)
	want(t, "datasets", tables.Text("raw.dataset", datasetRow...),
		"00000002-aaaa-4bbb-8ccc-000000000000|-|-|true|2025-03-08T12:00:00|false")
	want(t, "resources", tables.Text("raw.resource", append(resourceRow, "dataset_id")...),
		"r0-00000002-aaaa-4bbb-8ccc-000000000000|-|true|2025-03-08T12:00:00|00000002-aaaa-4bbb-8ccc-000000000000",
		"r1-00000002-aaaa-4bbb-8ccc-000000000000|-|true|2025-03-08T12:00:00|00000002-aaaa-4bbb-8ccc-000000000000")
	want(t, "publishers", tables.Text("raw.publisher", "publisher_id", "name", "is_gone"), "org-farm-payments|-|true")
	if tables := h.pull(t, 14); len(tables["raw.dataset"]) > 0 {
		t.Errorf("what is known to be gone is closed again: %v", tables["raw.dataset"])
	}

	back["metadata_modified"] = "2025-03-15T20:00:00"
	p.packages = append(p.packages, back)
	tables = h.pull(t, 15)
	want(t, "datasets that came back", tables.Text("raw.dataset", datasetRow...),
		"00000002-aaaa-4bbb-8ccc-000000000000|dataset-2|org-farm-payments|false|2025-03-16T12:00:00|false")
	if got := len(tables["raw.resource"]); got != 2 {
		t.Errorf("%d resources came back with it, want 2", got)
	}
}

func TestPublishers(t *testing.T) {
	p := newPortal(t).fill(3)
	for i := range 60 { // three pages
		p.organizations = append(p.organizations, object{"id": "x" + string(rune('A'+i)), "name": "other", "title": "Other", "state": "active"})
	}
	t.Run("all pages are read", func(t *testing.T) {
		if got := len(newWarehouse(p).pull(t, 0)["raw.publisher"]); got != 62 {
			t.Errorf("%d publishers, want 62", got)
		}
	})
	t.Run("a filter keeps its own", func(t *testing.T) {
		h := newWarehouse(p)
		h.config.Organizations = []string{"river-survey"}
		tables := h.pull(t, 0)
		want(t, "publishers", tables.Text("raw.publisher", "name"), "river-survey")
		want(t, "datasets", tables.Text("raw.dataset", "name"), "dataset-1", "dataset-3")
	})
	t.Run("the list knows better than the index", func(t *testing.T) {
		h := newWarehouse(p)
		for _, pkg := range p.packages {
			pkg["organization"] = object{"id": pkg["owner_org"], "name": "stale", "title": "Stale"}
		}
		for _, line := range h.pull(t, 0).Text("raw.publisher", "name") {
			if line == "stale" {
				t.Error("the stale name is kept")
			}
		}
		p.edit(1, "2025-03-02T01:00:00", func(d object) { d["title"] = "New title" })
		want(t, "publishers after an edit", h.pull(t, 1).Text("raw.publisher", "name"))
	})
}

func TestDue(t *testing.T) {
	at := func(days int) Known {
		return Known{
			Datasets: map[string]Version{"a": {}}, LastFull: noon, LastPull: noon.AddDate(0, 0, days),
			LastModified: noon.AddDate(0, 0, days-1), Path: "p",
		}
	}
	future, blank, moved := at(2), at(2), at(2)
	future.LastModified = noon.AddDate(1, 0, 0)
	blank.LastModified = noon.AddDate(-1, 0, 0)
	moved.Path = "another"
	cases := map[string]struct {
		known Known
		day   int
		want  string
	}{
		"nothing is known":                {Known{}, 0, "full"},
		"a day later":                     {at(0), 1, "since 2025-02-28T11:00:00Z"},
		"the last change is of long ago":  {blank, 3, "since 2024-03-01T11:00:00Z"},
		"the last change is in future":    {future, 3, "since 2025-03-03T11:00:00Z"},
		"a week later":                    {at(6), 7, "full"},
		"the filter or portal is another": {moved, 3, "full"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := &Source{Known: test.known}
			kind, since := s.due(&client{config: Config{FullEvery: defaultFullEvery}, path: "p"}, noon.AddDate(0, 0, test.day))
			got := kind
			if kind == incremental {
				got = "since " + since.Format("2006-01-02T15:04:05Z07:00")
			}
			if got != test.want {
				t.Errorf("due is %s, want %s", got, test.want)
			}
		})
	}
}
