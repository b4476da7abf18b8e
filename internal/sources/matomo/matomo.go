// Package matomo reads what a Matomo counts: page views, downloads, outlinks, and where visits came
// from, by day.
//
// Matomo answers from an archive that it makes of its log, by itself or by a timer. A day that is
// not archived looks as a day without visitors does, and rows beyond a limit are folded into one
// called Others; so each answer is compared with the totals that Matomo keeps beside it.
package matomo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// Kind is what the ledger calls sources of this package.
const Kind = "matomo"

// FinalDays is how long a day still changes: an archive of yesterday may be made before it is over
// everywhere, or anew when visits come late.
const FinalDays = 1

// Config says which site of which Matomo to ask. Zero values take what each line names last.
type Config struct {
	Name    string        // of the source
	URL     string        // of Matomo, with or without index.php
	SiteID  string        // the number that Matomo gave the site
	SiteURL string        // of the pages that it counts
	Hosts   []string      // other names of that site
	Token   string        // token_auth of a user who may view the site
	Plan    counting.Plan // which days

	UserAgent      string
	RequestTimeout time.Duration // 2 minutes
	MaxRetries     int           // of each request after its first try
}

// Source is one site of a Matomo. It offers a unit for each day of each metric.
type Source struct {
	Config Config
	Known  counting.Known
	Client *http.Client     // base of all requests; nil: a fresh one
	Now    func() time.Time // the run's clock
	Log    *slog.Logger     // nil: silent

	// pause stands between what a retry should wait and what it does; nil: it waits.
	pause func(time.Duration) time.Duration
}

var _ sources.Source = (*Source)(nil)

// metrics are what is asked for, in this order.
var metrics = []string{counting.Downloads, counting.Outlinks, counting.Pages, counting.Referrals}

// Units yields the days that are due, metric by metric. Nothing is asked if none is.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		c, err := newClient(s)
		if err != nil {
			yield(sources.Unit{}, err)
			return
		}
		defer c.ask.Close()
		plan, now := s.Config.Plan, s.Now()
		if !plan.IsDue(metrics, s.Known, now) {
			return
		}
		site, err := c.site(ctx)
		if err == nil {
			err = site.check(s.Config, now)
		}
		if err != nil {
			yield(sources.Unit{}, fmt.Errorf("%s: %w", s.Config.Name, err))
			return
		}
		if plan.Since.Before(site.created) && !plan.Since.IsZero() {
			plan.Since = site.created // it counted nothing before
		}
		for unit, err := range plan.Ask(metrics, s.Known, now, func(metric string, day counting.Day) (*counting.Pull, error) {
			return c.pull(ctx, metric, day, now)
		}) {
			if !yield(unit, err) {
				return
			}
		}
	}
}

// pull is one day of one metric.
func (c *client) pull(ctx context.Context, metric string, day counting.Day, now time.Time) (*counting.Pull, error) {
	pull := &counting.Pull{
		Source: c.config.Name, Kind: Kind, Path: c.path, Metric: metric, Start: day.Time, End: day.Time, At: now,
		IsWhole: true, IsFinal: day.IsFinal,
	}
	total, err := c.totals(ctx, day.Time)
	switch {
	case err != nil:
	case total.isSilent():
		c.log.InfoContext(ctx, "Matomo counted nobody", "source", c.config.Name, "metric", metric, "day", day.Format(time.DateOnly), "visits", total.visits)
		return day.Silent(pull, now)
	case metric == counting.Referrals:
		err = c.readReferrals(ctx, pull, total)
	default:
		err = c.readActions(ctx, pull, total)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s of %s: %w", c.config.Name, metric, day.Format(time.DateOnly), err)
	}
	return pull, nil
}

// Site is what Matomo says of the site: the answer to the doctor's one question.
type Site struct {
	Name, MainURL, TimeZone string
	created                 time.Time // its day
}

// Check asks Matomo for the site, whether the token may view it and whether its days are those of
// the configured zone.
func (s *Source) Check(ctx context.Context) (Site, error) {
	c, err := newClient(s)
	if err != nil {
		return Site{}, err
	}
	defer c.ask.Close()
	site, err := c.site(ctx)
	if err == nil {
		err = site.check(s.Config, s.Now())
	}
	return site, err
}

func (s Site) check(config Config, now time.Time) error {
	if !counting.SameZone(config.Plan.Zone, s.TimeZone, now) {
		return fmt.Errorf("site %s has the time zone %s in Matomo, and %s in the configuration: set time_zone: %s, so that both mean the same days",
			config.SiteID, s.TimeZone, cmp.Or(config.Plan.Zone, time.UTC), s.TimeZone)
	}
	return nil
}

// client asks one Matomo. Its texts for people hold no secret.
type client struct {
	config Config
	api    string // URL of index.php
	path   string // names what is asked, for people and for ledger.unit.path
	pages  counting.Site
	days   map[time.Time]totals // that were asked for
	ask    *asking.Client
	log    *slog.Logger
}

func newClient(s *Source) (*client, error) {
	if s.Now == nil {
		return nil, errors.New("the source has no clock: set Now")
	}
	base, err := url.Parse(strings.TrimSpace(s.Config.URL))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("%s: url %q: want that of Matomo, as in https://stats.example.org", s.Config.Name, s.Config.URL)
	}
	base.RawQuery, base.Fragment = "", ""
	c := &client{
		config: s.Config, api: strings.TrimRight(strings.TrimSuffix(base.String(), "index.php"), "/") + "/index.php",
		pages: counting.NewSite(s.Config.SiteURL, s.Config.Hosts), days: map[time.Time]totals{}, log: s.Log,
	}
	c.path = asking.Redacted(c.api) + "?" + url.Values{"idSite": {s.Config.SiteID}}.Encode()
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.ask = asking.New(asking.Config{
		UserAgent: s.Config.UserAgent, Timeout: s.Config.RequestTimeout, Retries: s.Config.MaxRetries,
		Secrets: []string{s.Config.Token}, Base: s.Client, Now: s.Now, Pause: s.pause,
	})
	return c, nil
}
