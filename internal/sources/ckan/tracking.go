package ckan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/traffic"
)

// TrackingKind is the kind of this source of counts.
const TrackingKind = "ckan_tracking"

// Tracking reads what a portal's page tracking counts: of each dataset the views of its page, of
// each resource the clicks on its link, since tracking began. CKAN counts a reader once a day for
// each URL.
//
// From CKAN 2.11 on the counts come with every answer of package_search, before that for one
// dataset at a time; which it is, the answers tell. A reading is whole or none, and none is taken
// while all counts stand still: a portal that no longer sums up its visits looks like that.
type Tracking struct {
	Catalogue *Source        // the portal, with what is known of its catalogue
	Name      string         // of this source of counts
	Walk      bool           // ask for one dataset at a time where the portal gives its counts no other way
	Pace      time.Duration  // least time from one of those requests to the next
	Progress  string         // file that keeps what came of them until the reading is loaded
	Known     counting.Known // of this source of counts
}

var _ sources.Source = (*Tracking)(nil)

// errNoCounts says that the answers of package_search hold no counts.
var errNoCounts = errors.New("the portal shows no tracking_summary")

// Units yields the next reading: a unit for the datasets and one for the resources; or nothing,
// where the last one is not a day old, nothing was counted since, or there are no counts to read.
func (t *Tracking) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		units, err := t.units(ctx)
		if err != nil {
			yield(sources.Unit{}, fmt.Errorf("ckan: %w", err))
			return
		}
		for _, unit := range units {
			if !yield(unit, nil) {
				return
			}
		}
	}
}

func (t *Tracking) units(ctx context.Context) ([]sources.Unit, error) {
	if t.Catalogue.Now == nil {
		return nil, errNoClock
	}
	now := t.Catalogue.Now().UTC().Truncate(time.Microsecond)
	due := t.Known.DueReadings([]string{counting.Pages, counting.Downloads}, now)
	if len(due) == 0 {
		return nil, nil
	}
	c, err := newClient(t.Catalogue)
	if err != nil {
		return nil, err
	}
	defer c.ask.Close()
	log := t.Catalogue.logger()
	datasets, remove, err := t.read(ctx, c)
	switch {
	case errors.Is(err, errNoCounts):
		log.InfoContext(ctx, "the portal shows no counts of its page tracking", "source", t.Name, "url", c.path)
		return nil, nil
	case err != nil:
		return nil, err
	}
	readings := t.readings(c, datasets, now)
	since, isTooLong := t.Known.Standstill(readings, now)
	switch {
	case isTooLong:
		return nil, fmt.Errorf("%s: no count of the page tracking has risen since %s, so nothing is known of the time since: let the portal run `ckan tracking update` every day, or set portal.tracking: off",
			c.path, since.Format(time.DateOnly))
	case !since.IsZero():
		log.InfoContext(ctx, "no count has risen", "source", t.Name, "since", since)
		return nil, nil
	}
	return t.offer(readings, due, remove), nil
}

// offer makes units of the readings that are due. Once all of them are loaded, what was kept of
// the walk is removed.
func (t *Tracking) offer(readings []counting.Reading, due []string, remove func()) []sources.Unit {
	var units []sources.Unit
	var left atomic.Int64
	left.Store(int64(len(due)))
	for _, r := range readings {
		if !slices.Contains(due, r.Metric) {
			continue
		}
		unit := r.Offer(t.Known.Next(r.Metric))
		unit.Loaded = func() {
			if left.Add(-1) == 0 {
				remove()
			}
		}
		units = append(units, unit)
	}
	return units
}

// read brings all datasets with their counts. remove forgets what was kept of the way there.
func (t *Tracking) read(ctx context.Context, c *client) (datasets []dataset, remove func(), err error) {
	first, err := c.first(ctx, "id asc", 1)
	switch {
	case err != nil:
		return nil, nil, err
	case len(first.Results) > 0 && !first.Results[0].Views.isSet && t.Walk:
		return t.walk(ctx)
	case len(first.Results) > 0 && !first.Results[0].Views.isSet:
		return nil, nil, errNoCounts
	}
	c.wantsCounts = true
	got, err := c.crawl(ctx, time.Time{})
	if err != nil {
		return nil, nil, err
	}
	return got.datasets, func() {}, t.Catalogue.plausible(c, got)
}

// readings are the counters of datasets and of resources.
func (t *Tracking) readings(c *client, datasets []dataset, now time.Time) []counting.Reading {
	base := counting.Reading{
		Source: t.Name, Kind: TrackingKind, Path: c.path, Unit: counting.ClientDays, At: now, IsWhole: true,
	}
	pages, downloads := base, base
	pages.Metric, downloads.Metric = counting.Pages, counting.Downloads
	seen := map[string]bool{}
	for _, d := range datasets {
		pages.Counters = append(pages.Counters, counting.Counter{
			SubjectKind: counting.Dataset, Subject: d.id, CountedAs: d.name, ReadAt: d.readAt, Value: d.views.total,
		})
		for _, r := range d.resources {
			if seen[r.id] {
				continue
			}
			seen[r.id] = true
			counter := counting.Counter{
				SubjectKind: counting.Resource, Subject: r.id, CountedAs: r.url, ReadAt: d.readAt, Value: r.views.total,
			}
			if u, ok := traffic.ParseURL(r.url); ok {
				counter.URL = u
			}
			downloads.Counters = append(downloads.Counters, counter)
		}
	}
	return []counting.Reading{pages, downloads}
}

// views is a tracking_summary: how often, and whether it was there at all. Its "recent" is never
// used: it says what was recent when the page was last seen.
type views struct {
	total int64
	isSet bool
}

// UnmarshalJSON takes an object with a total; anything else is no count.
func (v *views) UnmarshalJSON(data []byte) error {
	var summary struct {
		Total *int64 `json:"total"`
	}
	if data[0] == '{' && json.Unmarshal(data, &summary) == nil && summary.Total != nil && *summary.Total >= 0 {
		*v = views{total: *summary.Total, isSet: true}
	}
	return nil
}

// hasCounts says whether a dataset and all of its resources came with their counts. CKAN leaves
// the count of a resource out where it has no URL.
func (d *dataset) hasCounts() bool {
	for _, r := range d.resources {
		if !r.views.isSet && r.url != "" {
			return false
		}
	}
	return d.views.isSet
}
