package main

import (
	"fmt"
	"slices"
	"time"

	"footfall/internal/sources/ckan"
)

// checkCounts wants a source that is configured, and a first day that it can be asked for.
func (o *options) checkCounts(conf *config, now time.Time) error {
	kinds := map[string]string{}
	if conf.readsTracking() {
		kinds[conf.trackingName()] = ckan.TrackingKind
	}
	for _, c := range conf.Counts {
		kinds[c.Name] = c.Kind
	}
	kind, isKnown := kinds[o.countSource]
	if o.countSource != "" && !isKnown {
		return fmt.Errorf("--source %s: no such entry of counts in %s; the nearest is %s", o.countSource, conf.file, nearest(o.countSource, sortedKeys(kinds)))
	}
	if o.since == "" {
		return nil
	}
	since, err := time.Parse(time.DateOnly, o.since)
	switch {
	case err != nil:
		return fmt.Errorf("--since %q is no date: write it as 2025-01-01", o.since)
	case o.countSource != "" && !isAskedByDay(kind):
		return fmt.Errorf("--since: %s is of kind %s, which cannot be asked for past days: leave --since out", o.countSource, kind)
	}
	return conf.setSince(o.countSource, since, now)
}

// setSince sets the first day to ask for, of the one source or of all that answer by the day. A
// day that none of them can be asked for is an error.
func (c *config) setSince(only string, since, now time.Time) error {
	var last time.Time
	for i := range c.Counts {
		entry := &c.Counts[i]
		if !isAskedByDay(entry.Kind) || only != "" && entry.Name != only {
			continue
		}
		entry.since = since
		if day := entry.plan(0, 0).Last(now); day.After(last) {
			last = day
		}
	}
	switch {
	case last.IsZero():
		return fmt.Errorf("--since: no entry of counts in %s can be asked for past days: leave --since out", c.file)
	case since.After(last):
		return fmt.Errorf("--since %s: the last day that can be asked for is %s", since.Format(time.DateOnly), last.Format(time.DateOnly))
	}
	return nil
}

// isAskedByDay is true for the kinds that answer for any day that is asked for.
func isAskedByDay(kind string) bool { return slices.Contains(countKinds()[kind].keys, "since") }
