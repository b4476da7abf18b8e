package simulate

import (
	"cmp"
	"sync"
)

// tracking is what the portal's own page tracking has summed up by its last night: CKAN's way, with
// a running total for each URL.
type tracking struct {
	mu      sync.Mutex
	counter *tagCounter
	days    int // that are summed up
	pages   map[int]map[string]*runningTotal
	files   map[string]*runningTotal
}

// A runningTotal is the total of a URL, and the last day on which it was viewed.
type runningTotal struct {
	total   int64
	lastDay int
}

// trackingSummary is what CKAN shows. Recent is a few of the last days that were seen, whenever that
// was, so nobody should read it.
type trackingSummary struct {
	Total  int64 `json:"total"`
	Recent int64 `json:"recent"`
}

// newTracking is nil where the portal has no tracking.
func (w *World) newTracking() *tracking {
	if w.options.Tracking.Share <= 0 {
		return nil
	}
	t := &tracking{counter: w.tagCounter(trackingTag)}
	t.restart()
	return t
}

func (t *tracking) restart() {
	t.days, t.pages, t.files = 0, map[int]map[string]*runningTotal{}, map[string]*runningTotal{}
}

// sumUp takes in the days before one, as the portal does each night.
func (t *tracking) sumUp(days int) {
	if days < t.days {
		t.restart()
	}
	for ; t.days < days; t.days++ {
		for _, c := range t.counter.day(t.days).counts {
			totals := t.files
			if c.resource == pageItself {
				if t.pages[c.dataset] == nil {
					t.pages[c.dataset] = map[string]*runningTotal{}
				}
				totals = t.pages[c.dataset]
			}
			if totals[c.URL] == nil {
				totals[c.URL] = &runningTotal{}
			}
			totals[c.URL].total += c.Clients
			totals[c.URL].lastDay = t.days
		}
	}
}

// page is the total of a dataset, which is that of the one of its URLs that was viewed last.
func (t *tracking) page(dataset int) trackingSummary {
	var newest *runningTotal
	name := ""
	for address, one := range t.pages[dataset] {
		if newest == nil || cmp.Or(cmp.Compare(one.lastDay, newest.lastDay), cmp.Compare(address, name)) > 0 {
			newest, name = one, address
		}
	}
	return newest.summary()
}

func (r *runningTotal) summary() trackingSummary {
	if r == nil {
		return trackingSummary{}
	}
	return trackingSummary{Total: r.total, Recent: min(r.total, 1)}
}

// track adds to packages what the tracking has counted of them by a moment.
func (p portal) track(packages []ckanPackage, at int64) {
	if p.tracking == nil {
		return
	}
	p.tracking.mu.Lock()
	defer p.tracking.mu.Unlock()
	p.tracking.sumUp(min(max(p.w.dayOf(at), 0), p.w.options.Days))
	for i := range packages {
		one := &packages[i]
		page := p.tracking.page(p.w.byID[one.ID])
		one.Tracking = &page
		for j := range one.Resources {
			file := p.tracking.files[one.Resources[j].URL].summary()
			one.Resources[j].Tracking = &file
		}
	}
}
