package ckan

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/sourcestest"
)

var (
	counterRow = []string{"subject_kind", "subject", "counted_as", "read_at", "value"}
	pullRow    = []string{"source", "metric", "period_start", "pulled_at", "is_whole", "row_count", "total_value"}
)

// counts is a portal that keeps counts, and what a warehouse knows of them.
type counts struct {
	*warehouse
	progress string
	walk     bool
	known    counting.Known
}

// newCounts makes a portal of some datasets, seen by a pull of its catalogue, of which the first
// was viewed and its first file taken.
func newCounts(t *testing.T, tracking string, datasets int) *counts {
	t.Helper()
	p := newPortal(t).fill(datasets)
	p.tracking = tracking
	p.counts = map[string]int64{id(1): 7, "https://files.example.org/1/0.csv": 3}
	h := newWarehouse(p)
	h.config.MaxRetries = 2
	h.pull(t, 0)
	p.requests = nil
	return &counts{
		warehouse: h, progress: filepath.Join(t.TempDir(), "tracking.jsonl"), walk: tracking == "single",
		known: counting.Known{Pulls: map[string]int64{}, Periods: map[counting.Period]counting.State{}, Last: counting.Last{counting.Pages: {}, counting.Downloads: {}}},
	}
}

func id(number int) string { return fmt.Sprintf("0000%04d-aaaa-4bbb-8ccc-000000000000", number) }

// at is a fresh source so many hours after the first day's noon.
func (c *counts) at(hours int) *Tracking {
	catalogue := c.source(0)
	catalogue.Now = func() time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	known := c.known
	known.Pulls = maps.Clone(c.known.Pulls)
	return &Tracking{
		Catalogue: catalogue, Name: "portal-tracking", Walk: c.walk, Pace: time.Second, Progress: c.progress,
		Known: known,
	}
}

// read loads what is offered, as the real loader does.
func (c *counts) read(t *testing.T, hours int) map[string]sourcestest.Tables {
	t.Helper()
	tables := map[string]sourcestest.Tables{}
	for _, unit := range sourcestest.Units(t, c.at(hours)) {
		got := sourcestest.Drain(t, unit)
		unit.Loaded()
		pull := got["ledger.count_pull"][0]
		metric := pull["metric"].(string)
		tables[metric] = got
		c.known.Pulls[metric]++
		day := pull["period_start"].(time.Time)
		c.known.Periods[counting.Period{Metric: metric, Start: day, End: day}] = counting.State{PulledAt: pull["pulled_at"].(time.Time), IsFinal: true}
		for _, row := range got["raw.counter_reading"] {
			c.known.Last[metric][counting.Key(row["subject_kind"].(string), row["subject"].(string))] = row["value"].(int64)
		}
	}
	return tables
}

// refuse expects an error and no unit.
func (c *counts) refuse(t *testing.T, hours int, texts ...string) {
	t.Helper()
	var errs []string
	for unit, err := range c.at(hours).Units(t.Context()) {
		if err == nil {
			t.Fatalf("unit %s is offered, want an error", unit.Name)
		}
		errs = append(errs, err.Error())
	}
	if len(errs) != 1 {
		t.Fatalf("%d errors, want 1: %q", len(errs), errs)
	}
	for _, text := range texts {
		if !strings.Contains(errs[0], text) {
			t.Errorf("the error does not say %q: %s", text, errs[0])
		}
	}
}

func TestTrackingSuite(t *testing.T) {
	for _, tracking := range []string{"listed", "single"} {
		t.Run(tracking, func(t *testing.T) {
			c := newCounts(t, tracking, 12)
			sourcestest.Run(t, func(*testing.T) sources.Source { return c.at(0) })
		})
	}
}

func TestTrackingIsReadWhole(t *testing.T) {
	for _, tracking := range []string{"listed", "single"} {
		t.Run(tracking, func(t *testing.T) {
			c := newCounts(t, tracking, 2)
			c.portal.dataset(2)["resources"].([]object)[1]["url"] = "" // has no count, as nothing can be clicked
			tables := c.read(t, 0)
			want(t, "pages", tables["pages"].Text("raw.counter_reading", counterRow...),
				"dataset|"+id(1)+"|dataset-1|2025-03-01T12:00:00|7",
				"dataset|"+id(2)+"|dataset-2|2025-03-01T12:00:00|0")
			want(t, "downloads", tables["downloads"].Text("raw.counter_reading", counterRow...),
				"resource|r0-"+id(1)+"|https://files.example.org/1/0.csv|2025-03-01T12:00:00|3",
				"resource|r1-"+id(1)+"|https://files.example.org/1/1.csv|2025-03-01T12:00:00|0",
				"resource|r0-"+id(2)+"|https://files.example.org/2/0.csv|2025-03-01T12:00:00|0",
				"resource|r1-"+id(2)+"||2025-03-01T12:00:00|0")
			if rows := tables["downloads"]["raw.counter_reading"]; rows[0]["url_id"] == nil || rows[3]["url_id"] != nil {
				t.Errorf("the files' ids are %v and %v", rows[0]["url_id"], rows[3]["url_id"])
			}
			want(t, "files", tables["downloads"].Text("raw.url", "host", "path"),
				"files.example.org|/1/0.csv", "files.example.org|/1/1.csv", "files.example.org|/2/0.csv")
			want(t, "pull of pages", tables["pages"].Text("ledger.count_pull", pullRow...),
				"portal-tracking|pages|2025-03-01T00:00:00|2025-03-01T12:00:00|true|2|7")
			want(t, "pull of downloads", tables["downloads"].Text("ledger.count_pull", pullRow...),
				"portal-tracking|downloads|2025-03-01T00:00:00|2025-03-01T12:00:00|true|4|3")
			want(t, "unit", tables["pages"].Text("raw.counter_reading", "unit")[:1], "client_days")
		})
	}
}

func TestReadingsAreADayApart(t *testing.T) {
	c := newCounts(t, "listed", 3)
	c.read(t, 0)
	c.portal.counts[id(2)] = 1
	for hours, units := range map[int]int{1: 0, 19: 0, 20: 2} {
		if got := len(sourcestest.Units(t, c.at(hours))); got != units {
			t.Errorf("%d hours after a reading %d units are offered, want %d", hours, got, units)
		}
	}
	delete(c.known.Periods, counting.Period{Metric: "downloads", Start: noon.Truncate(24 * time.Hour), End: noon.Truncate(24 * time.Hour)})
	units := sourcestest.Units(t, c.at(1))
	if len(units) != 1 || units[0].Stream != "portal-tracking/downloads" {
		t.Errorf("where only one of two readings was loaded, %d units are offered", len(units))
	}
}

// A portal that does not sum up its visits shows yesterday's counts: they say nothing of today.
func TestStandstillIsNoReading(t *testing.T) {
	c := newCounts(t, "listed", 3)
	c.read(t, 0)
	if got := c.read(t, 24); len(got) > 0 {
		t.Errorf("a reading in which nothing rose is offered: %v", got)
	}
	c.refuse(t, 8*24, "no count of the page tracking has risen since 2025-03-01", "ckan tracking update", "portal.tracking: off")
	c.portal.counts[id(1)] = 2 // a fall alone: the page was renamed
	if got := c.read(t, 48); len(got) > 0 {
		t.Errorf("a reading in which one count fell and none rose is offered: %v", got)
	}
	c.portal.counts["https://files.example.org/2/1.csv"]++
	if got := c.read(t, 72); len(got) != 2 {
		t.Errorf("after a click %d metrics are read, want both", len(got))
	}
}

func TestPortalWithoutCounts(t *testing.T) {
	c := newCounts(t, "", 3)
	if units := sourcestest.Units(t, c.at(0)); len(units) > 0 {
		t.Errorf("%d units of a portal without counts", len(units))
	}
	if got := len(c.portal.requests); got != 1 {
		t.Errorf("%d requests to find that out, want 1: %q", got, c.portal.requests)
	}
	c.walk = true
	c.refuse(t, 0, "portal.tracking is on, but the portal counts no visits", "ckan.plugins", "ckan.tracking_enabled = true")
	c.portal.tracking, c.portal.counts = "single", nil // CKAN 2.10 answers zeros without tracking
	c.refuse(t, 0, "portal.tracking is on, but the portal counts no visits")
}

// One request for each dataset is much to ask of a portal, so it has to be wished.
func TestAutoDoesNotWalk(t *testing.T) {
	c := newCounts(t, "single", 3)
	c.walk = false
	if units := sourcestest.Units(t, c.at(0)); len(units) > 0 || len(c.portal.requests) != 1 {
		t.Errorf("%d units after %q", len(units), c.portal.requests)
	}
}

func TestReadingMustBeWhole(t *testing.T) {
	cases := map[string]struct {
		change func(*counts)
		want   string
	}{
		"a dataset without counts":   {func(c *counts) { c.portal.dataset(3)["tracking_summary"] = nil }, "came without all of its counts"},
		"most datasets are gone":     {func(c *counts) { c.portal.packages = c.portal.packages[:4] }, "of 12 datasets known the portal shows only 4"},
		"more are counted than come": {func(c *counts) { c.portal.claims = 1 }, "counts 13 datasets but only 12 came"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			c := newCounts(t, "listed", 12)
			test.change(c)
			c.refuse(t, 0, test.want)
		})
	}
}

// After each fault and a second run, the reading is what it would have been without it.
func TestTrackingAfterFaults(t *testing.T) {
	const path = "/api/3/action/"
	faults := map[string]http.HandlerFunc{
		"429":                  status(429),
		"429 with Retry-After": status(429, "Retry-After", "3600"),
		"an error as 200": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, object{"success": false, "error": object{"__type": "Internal Server Error", "message": "no"}})
		},
		"an empty answer": func(http.ResponseWriter, *http.Request) {},
		"an empty list": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, object{"success": true, "result": object{"count": 0, "results": []object{}}})
		},
		"a cut answer": cut,
		"a page":       status(200),
	}
	for _, tracking := range []string{"listed", "single"} {
		smooth := newCounts(t, tracking, 12)
		wanted := smooth.read(t, 0)
		for name, fault := range faults {
			for which, from := range map[string]int{"package_search": 1, "package_search again": 2, "package_show": 6} {
				action, _, _ := strings.Cut(which, " ")
				if action == "package_show" && (tracking == "listed" || name == "an empty list") {
					continue
				}
				t.Run(tracking+", "+name+" of "+which, func(t *testing.T) {
					c := newCounts(t, tracking, 12)
					seen := 0
					c.portal.fault = func(_ int, w http.ResponseWriter, r *http.Request) bool {
						if r.URL.Path != path+action {
							return false
						}
						if seen++; seen < from {
							return false
						}
						fault(w, r)
						return true
					}
					c.refuse(t, 0)
					c.portal.fault = nil
					got := c.read(t, 0)
					for _, metric := range []string{"pages", "downloads"} {
						want(t, metric, got[metric].Text("raw.counter_reading", counterRow...), wanted[metric].Text("raw.counter_reading", counterRow...)...)
						want(t, metric, got[metric].Text("ledger.count_pull", pullRow...), wanted[metric].Text("ledger.count_pull", pullRow...)...)
					}
				})
			}
		}
	}
}

// Pages that shift while they are read are read again.
func TestTrackingWhilePagesShift(t *testing.T) {
	c := newCounts(t, "listed", 12)
	c.config.PageSize = 5
	c.portal.served = func(n int) {
		if n == 2 {
			c.portal.remove(1)
		}
	}
	got := c.read(t, 0)["pages"].Text("raw.counter_reading", "subject")
	if len(got) != 11 || got[0] != id(2) {
		t.Errorf("datasets read are %q", got)
	}
}
