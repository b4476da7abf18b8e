package ckan

import (
	"slices"
	"strings"
	"testing"
)

// TestPaging covers pages that are smaller than asked for and catalogues that change under way.
func TestPaging(t *testing.T) {
	cases := map[string]struct {
		prepare func(*portal)
		want    int // datasets
		pages   int // requests of package_search
	}{
		"pages held to 20 rows":    {func(p *portal) { p.rowsMax = 20 }, 90, 5},
		"a last page that is full": {func(p *portal) { p.rowsMax = 45 }, 90, 2},
		"an edit under way moves nothing": {
			func(p *portal) {
				p.rowsMax = 20
				p.served = func(n int) { p.edit(n, "2025-03-01T11:00:00", func(object) {}) }
			}, 90, 5,
		},
		"a deletion under way": {
			func(p *portal) {
				p.rowsMax = 20
				p.served = func(n int) {
					if n == 1 {
						p.remove(1) // the next page begins one too late
					}
				}
			}, 89, 10,
		},
		"an addition under way": {
			func(p *portal) {
				p.rowsMax = 20
				p.served = func(n int) {
					if n == 2 {
						p.add(0, "river-survey") // the next page repeats one
					}
				}
			}, 91, 10,
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t).fill(90)
			test.prepare(p)
			ids := newWarehouse(p).pull(t, 0).Text("raw.dataset", "dataset_id")
			if len(ids) != test.want || len(slices.Compact(ids)) != test.want {
				t.Errorf("%d datasets, %d of them different; want %d", len(ids), len(slices.Compact(ids)), test.want)
			}
			pages := 0
			for _, request := range p.requests {
				if strings.Contains(request, "package_search") {
					pages++
				}
			}
			if pages != test.pages {
				t.Errorf("%d pages, want %d", pages, test.pages)
			}
		})
	}
}

func TestCatalogueThatNeverRests(t *testing.T) {
	p := newPortal(t).fill(90)
	p.rowsMax = 20
	p.served = func(n int) { p.add(100+n, "river-survey") }
	message := newWarehouse(p).fail(t, 0)
	if !strings.Contains(message, "counted") || !strings.Contains(message, "at the end") {
		t.Errorf("the error is %q, want both counts in it", message)
	}
}

// TestChangesUnderWay pulls what was modified, on three pages, while more is.
func TestChangesUnderWay(t *testing.T) {
	cases := map[string]struct {
		prepare func(*portal)
		want    int    // datasets
		fails   string // part of the error
	}{
		"additions are left for the next pull": {
			prepare: func(p *portal) {
				p.served = func(n int) { p.add(1000+n, "river-survey")["metadata_modified"] = "2025-03-02T11:00:00" }
			},
			want: 50,
		},
		"an addition that repeats a dataset": {
			prepare: func(p *portal) {
				p.served = func(n int) {
					if n == 1 {
						p.add(0, "river-survey")["metadata_modified"] = "2025-03-02T11:00:00"
					}
				}
			},
			want: 50,
		},
		"half of the changes, and the one in the overlap": {
			prepare: func(p *portal) { p.claims = 20 },
			fails:   "counts 71 datasets but only 51 came",
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t).fill(90)
			p.rowsMax = 20
			h := newWarehouse(p)
			h.pull(t, 0)
			for i := range 50 {
				p.edit(10+i, "2025-03-02T10:00:00", func(d object) { d["title"] = "Better" })
			}
			p.requests = nil
			test.prepare(p)
			if test.fails != "" {
				if message := h.fail(t, 1); !strings.Contains(message, test.fails) {
					t.Errorf("the error is %q, want %q in it", message, test.fails)
				}
				return
			}
			tables := h.pull(t, 1)
			want(t, "pull", tables.Text("ledger.source_pull", "pull_kind"), incremental)
			ids := tables.Text("raw.dataset", "dataset_id")
			if len(slices.Compact(ids)) != len(ids) {
				t.Errorf("a dataset comes twice: %q", ids)
			}
			edited := 0
			for _, title := range tables.Text("raw.dataset", "title") {
				if title == "Better" {
					edited++
				}
			}
			if edited != test.want {
				t.Errorf("%d edited datasets, want %d", edited, test.want)
			}
		})
	}
}
