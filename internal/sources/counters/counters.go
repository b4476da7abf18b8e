// Package counters reads counts that a portal keeps of its own datasets and shows in its API: views
// on ArcGIS Hub, downloads on Opendatasoft or Dataverse, both on Socrata.
//
// Such portals differ only in the address that is asked and in where the answer has its list, ids
// and values. A Shape says that; the rest is one reader. What is read is a cumulative counter, so
// that a reading is whole or none, and two of them say what happened in between.
package counters

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// Kind is the word for this source in the configuration and the ledger.
const Kind = "counters"

// Config says what to ask. Name, URL, Shape and SiteURL are required.
type Config struct {
	Name         string   // of the source
	URL          string   // of the portal, or of the service that answers for it
	Site         string   // fills {site} in the shape
	SiteURL      string   // of the pages that are counted
	Hosts        []string // other names of that site
	Shape        Shape
	Unit         string    // what is counted; empty: events
	Until        time.Time // last day, of a portal that is retired; zero: none
	Token        string    // fills {token} in the shape's header; empty: it is asked without
	MinShare     float64   // a reading with fewer than this share of the counters known is refused; 0: none is
	AcceptShrink bool      // take such a reading all the same
	Timeout      time.Duration
	Retries      int
	UserAgent    string
}

// Source offers the next reading, a unit for each metric.
type Source struct {
	Config Config
	Known  counting.Known
	Client *http.Client // its transport is used; nil: a fresh one
	Now    func() time.Time
	Log    *slog.Logger // nil: none

	pause func(time.Duration) time.Duration
}

var _ sources.Source = (*Source)(nil)

// Units yields the next reading; or nothing, where the last one is not a day old, or nothing was
// counted since.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		units, err := s.units(ctx)
		if err != nil {
			yield(sources.Unit{}, fmt.Errorf("%s: %w", s.Config.Name, err))
			return
		}
		for _, unit := range units {
			if !yield(unit, nil) {
				return
			}
		}
	}
}

func (s *Source) units(ctx context.Context) ([]sources.Unit, error) {
	if s.Now == nil {
		return nil, errors.New("the source has no clock: set Now")
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	if until := s.Config.Until; !until.IsZero() && !now.Before(until.AddDate(0, 0, 1)) {
		return nil, nil
	}
	due := s.Known.DueReadings(slices.Sorted(maps.Keys(s.Config.Shape.Values)), now)
	if len(due) == 0 {
		return nil, nil
	}
	a := s.newAsker(ctx)
	defer a.ask.Close()
	items, err := a.crawl()
	if err != nil {
		return nil, err
	}
	var readings []counting.Reading
	for _, metric := range slices.Sorted(maps.Keys(s.Config.Shape.Values)) {
		r, err := s.reading(ctx, metric, items, now)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	since, isTooLong := s.Known.Standstill(readings, now)
	switch {
	case isTooLong:
		return nil, fmt.Errorf("%s: no counter has risen since %s, so nothing is known of the time since: look whether the portal still counts; if it does not, add until: and its last day",
			a.address, since.Format(time.DateOnly))
	case !since.IsZero():
		s.logger().InfoContext(ctx, "no count has risen", "source", s.Config.Name, "since", since)
		return nil, nil
	}
	var units []sources.Unit
	for _, r := range readings {
		if slices.Contains(due, r.Metric) {
			units = append(units, r.Offer(s.Known.Next(r.Metric)))
		}
	}
	return units, nil
}

// reading makes the counters of a metric of what came. Items without a value of it are not counted
// by the portal: what they were used is unknown.
func (s *Source) reading(ctx context.Context, metric string, items []item, now time.Time) (counting.Reading, error) {
	c := s.Config
	r := counting.Reading{
		Source: c.Name, Kind: Kind, Path: asking.Redacted(c.URL), Metric: metric, Unit: cmp.Or(c.Unit, counting.Events),
		At: now, IsWhole: true, HidesTail: true, // of datasets that the portal does not count nothing is known
	}
	site := counting.NewSite(c.SiteURL, c.Hosts)
	byURL := map[int64]int{}
	unmatched, without := 0, 0
	for _, i := range items {
		value, isCounted := i.values[metric]
		if !isCounted {
			without++
			continue
		}
		u, ok := site.URL(c.page(i.id))
		if !ok {
			unmatched++
			continue
		}
		// Two spellings of an address are one; its counters are added.
		if at, isKnown := byURL[u.ID()]; isKnown {
			r.Counters[at].Value += value
			r.Counters[at].CountedAs = min(r.Counters[at].CountedAs, i.id)
			continue
		}
		byURL[u.ID()] = len(r.Counters)
		r.Counters = append(r.Counters, counting.Counter{SubjectKind: counting.Address, CountedAs: i.id, URL: u, ReadAt: i.readAt, Value: value})
	}
	s.logger().InfoContext(ctx, "read", "source", c.Name, "metric", metric, "counters", len(r.Counters), "not_counted", without, "unmatched", unmatched)
	if len(r.Counters) == 0 {
		return r, fmt.Errorf("none of %d entries has a count at %s, under an address of the web: correct values, id or page", len(items), c.Shape.Values[metric])
	}
	return r, s.plausible(r)
}

// plausible refuses a reading in which many of the counters are missing that were there before.
func (s *Source) plausible(r counting.Reading) error {
	known, came := len(s.Known.Last[r.Metric]), 0
	for _, c := range r.Counters {
		if _, isKnown := s.Known.Last[r.Metric][c.Key()]; isKnown {
			came++
		}
	}
	if float64(came) < s.Config.MinShare*float64(known) && !s.Config.AcceptShrink {
		return fmt.Errorf("of %d counters of %s known only %d came: nothing is taken; if so many are really gone, say --accept-shrink", known, r.Metric, came)
	}
	return nil
}

func (s *Source) logger() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// Check asks for the first page only, and says how many counters the portal has, or the page.
func (s *Source) Check(ctx context.Context) (int, error) {
	a := s.newAsker(ctx)
	defer a.ask.Close()
	first, err := a.page(0, "")
	if err != nil {
		return 0, err
	}
	return max(first.total, len(first.items)), nil
}
