package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources/ckan"
	"footfall/internal/warehouse"
)

// Values of portal.tracking.
const (
	trackingAuto = "auto" // read where the portal gives its counts with its list of datasets
	trackingOn   = "on"   // read in any case, if need be with one request for each dataset
	trackingOff  = "off"
)

func (c *config) checkTracking(say func(key, format string, args ...any)) {
	p := &c.Portal
	if modes := []string{trackingAuto, trackingOn, trackingOff}; !slices.Contains(modes, p.Tracking) {
		say("portal.tracking", "%q: one of %s", p.Tracking, strings.Join(modes, ", "))
	}
	if p.TrackingPace < 0 {
		say("portal.tracking_pace", "%v: write a duration such as 200ms", p.TrackingPace)
	}
	p.TrackingDetection.check("portal.tracking_detection", say)
	for i, entry := range c.Counts {
		if entry.Name == c.trackingName() {
			say(fmt.Sprintf("counts[%d].name", i), "%q is the name of the portal's own page tracking", entry.Name)
		}
	}
}

// trackingName is what the ledger and the reports call the portal's own page tracking.
func (c *config) trackingName() string { return c.Portal.Name + "-tracking" }

// readsTracking says whether the portal's own counts are read, if it has any.
func (c *config) readsTracking() bool {
	return c.Portal.URL != "" && c.Portal.Tracking != trackingOff
}

// trackingSource is the portal's page tracking as the warehouse keeps it: from its first reading on.
func (l *pipeline) trackingSource(ctx context.Context) (all []warehouse.CountSource, err error) {
	loaded, err := l.warehouse.LoadedCountSources(ctx)
	if err != nil || !slices.Contains(loaded, l.config.trackingName()) {
		return nil, err
	}
	return append(all, countSource(l.config.trackingName(), ckan.TrackingKind, "UTC", l.config.Portal.TrackingDetection)), nil
}

// newTracking is the portal's page tracking, with what the warehouse knows of it and of the catalogue.
func newTracking(ctx context.Context, l *pipeline) (*ckan.Tracking, error) {
	catalogue, err := knownCatalogue(ctx, l)
	if err != nil {
		return nil, err
	}
	p := l.config.Portal
	source := &ckan.Tracking{
		Catalogue: catalogue, Name: l.config.trackingName(), Walk: p.Tracking == trackingOn, Pace: p.TrackingPace,
		Progress: filepath.Join(l.config.path(l.config.DataDir), "tracking.jsonl"),
	}
	source.Known, err = l.countKnown(ctx, source.Name)
	return source, err
}

// checkTracking says whether the portal counts visits itself, and what that takes.
func checkTracking(ctx context.Context, f *findings, conf *config, portal *ckan.Source) error {
	if conf.Portal.Tracking == trackingOff {
		return nil
	}
	found, err := portal.CheckTracking(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.fail("portal.tracking: %v", err)
		return nil
	}
	isOn := conf.Portal.Tracking == trackingOn
	switch {
	case found.IsListed && found.IsCounting:
		f.good("portal.tracking: the portal counts visits, and its list of datasets has them: they are read once a day")
	case found.IsListed:
		f.note("portal.tracking: the portal shows counts of visits, but all that were looked at are 0: let it run `ckan tracking update` and `ckan search-index rebuild` every day")
	case found.IsCounting && isOn:
		f.good("portal.tracking: the portal counts visits; a reading takes %s requests and about %s a day", thousands(found.Datasets),
			(time.Duration(found.Datasets) * max(conf.Portal.TrackingPace, 100*time.Millisecond)).Round(time.Minute))
	case found.IsCounting:
		f.note("portal.tracking: the portal counts visits, and tells them for one dataset at a time: set portal.tracking: on to read them, with %s requests a day", thousands(found.Datasets))
	case isOn:
		f.fail("portal.tracking: it is on, but the portal counts no visits: see docs/sources.md, or set it to auto")
	default:
		f.note("portal.tracking: the portal counts no visits itself")
	}
	return nil
}

// loadTracking reads the portal's page tracking, if it is not a day since it was.
func (l *pipeline) loadTracking(ctx context.Context) error {
	source, err := newTracking(ctx, l)
	if err != nil {
		return err
	}
	sum, err := l.load(ctx, source.Name, source)
	switch isAsked := l.options.countSource == source.Name; {
	case err != nil:
		return err
	case sum.units == 0 && (isAsked || len(source.Known.Periods) > 0):
		return l.printf("%s: nothing new", source.Name)
	case sum.units == 0:
		return nil
	}
	if err := l.setCountSources(ctx); err != nil { // its first reading makes it one
		return err
	}
	return l.printCounts(ctx, source.Name, sum)
}
