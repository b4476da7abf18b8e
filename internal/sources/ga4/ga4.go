// Package ga4 reads what a Google Analytics 4 property counts: page views, file downloads, outbound
// clicks, and where visitors of a page came from, by day.
//
// Google leaves out what is rare: rows of few people (thresholding), rows beyond those that it
// keeps ((other)), and parts of large answers (sampling). It says so in each answer, and then what
// is absent is unknown. A day still changes for some three days after it is over.
package ga4

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/serviceaccount"
	"footfall/internal/traffic"
)

// Kind is what the ledger calls sources of this package.
const Kind = "ga4"

// FinalDays is how long a day still changes.
const FinalDays = 3

// Scope is what the service account's tokens may be used for.
const Scope = "https://www.googleapis.com/auth/analytics.readonly"

const (
	defaultURL      = "https://analyticsdata.googleapis.com"
	defaultPageSize = 250_000 // the most that Google sends
)

// Config says which property to ask. Zero values take what each line names last.
type Config struct {
	Name      string             // of the source
	URL       string             // of the Data API, Google's
	Property  string             // its number
	SiteURL   string             // of the pages that it counts
	Hosts     []string           // other names of that site
	Key       string             // text of the service account's key file
	Plan      counting.Plan      // which days
	Referrers *traffic.Referrers // to know sites by the names that Google gives them; nil: by their hosts alone

	UserAgent      string
	RequestTimeout time.Duration // 2 minutes
	MaxRetries     int           // of each request after its first try
}

// Source is one property. It offers a unit for each day of each metric.
type Source struct {
	Config Config
	Known  counting.Known
	Client *http.Client     // base of all requests; nil: a fresh one
	Now    func() time.Time // the run's clock
	Log    *slog.Logger     // nil: silent

	// pause stands between what a retry should wait and what it does; nil: it waits.
	pause    func(time.Duration) time.Duration
	pageSize int // rows of an answer; 0: 250,000
}

var _ sources.Source = (*Source)(nil)

// metrics are what is asked for, in this order.
var metrics = []string{counting.FileEvents, counting.Outlinks, counting.Pages, counting.Referrals}

// Units yields the days that are due, metric by metric. Nothing is asked if none is.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		c, err := newClient(ctx, s)
		if err != nil {
			yield(sources.Unit{}, fmt.Errorf("%s: %w", s.Config.Name, err))
			return
		}
		defer c.ask.Close()
		now := s.Now()
		for unit, err := range s.Config.Plan.Ask(metrics, s.Known, now, func(metric string, day counting.Day) (*counting.Pull, error) {
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
		Source: c.config.Name, Kind: Kind, Path: c.path, Metric: metric, Unit: counting.ClientDays, Start: day.Time, End: day.Time, At: now,
		IsWhole: true, IsFinal: day.IsFinal,
	}
	total, err := c.totals(ctx, day.Time)
	if err == nil && total["page_view"] == 0 {
		c.log.InfoContext(ctx, "Google Analytics counted nobody", "source", c.config.Name, "metric", metric, "day", day.Format(time.DateOnly))
		return day.Silent(pull, now)
	}
	if err == nil {
		err = c.read(ctx, pull, total)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s of %s: %w", c.config.Name, metric, day.Format(time.DateOnly), err)
	}
	return pull, nil
}

// Check asks for yesterday's totals: whether the account may read the property, and whether its
// days are those of the configured zone. It returns as whom it signed in.
func (s *Source) Check(ctx context.Context) (email string, err error) {
	c, err := newClient(ctx, s)
	if err != nil {
		return "", err
	}
	defer c.ask.Close()
	_, err = c.totals(ctx, s.Now().AddDate(0, 0, -1))
	return c.account.Email, err
}

// client asks one property. Its texts for people hold no secret.
type client struct {
	config   Config
	api      string // URL of runReport
	path     string // names what is asked, for people and for ledger.unit.path
	site     counting.Site
	account  *serviceaccount.Account
	tokens   *serviceaccount.Tokens
	days     map[time.Time]totals // that were asked for
	pageSize int
	now      func() time.Time
	ask      *asking.Client
	log      *slog.Logger
}

var propertyNumber = regexp.MustCompile(`^[0-9]+$`)

func newClient(ctx context.Context, s *Source) (*client, error) {
	if s.Now == nil {
		return nil, errors.New("the source has no clock: set Now")
	}
	property := strings.TrimPrefix(s.Config.Property, "properties/")
	if !propertyNumber.MatchString(property) {
		return nil, fmt.Errorf("property %q: want its number, as Google Analytics shows it under Admin, Property details", s.Config.Property)
	}
	base, err := url.Parse(cmp.Or(strings.TrimSpace(s.Config.URL), defaultURL))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("url %q: leave it out, to ask Google", s.Config.URL)
	}
	account, err := serviceaccount.Parse(s.Config.Key, Scope)
	if err != nil {
		return nil, err
	}
	c := &client{
		config: s.Config, api: strings.TrimRight(base.String(), "/") + "/v1beta/properties/" + property + ":runReport",
		site: counting.NewSite(s.Config.SiteURL, s.Config.Hosts), account: account, days: map[time.Time]totals{},
		pageSize: cmp.Or(s.pageSize, defaultPageSize), now: s.Now, log: s.Log,
	}
	c.path = asking.Redacted(c.api)
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.ask = asking.New(asking.Config{
		UserAgent: s.Config.UserAgent, Timeout: s.Config.RequestTimeout, Retries: s.Config.MaxRetries,
		Secrets: account.Secrets(), Base: s.Client, Now: s.Now, Pause: s.pause,
	})
	c.tokens = account.SignIn(ctx, c.ask.HTTP())
	return c, nil
}
