// Package searchconsole reads how often Google's search led to each page, from the API of Google
// Search Console.
//
// Google itself counts these clicks, so neither a cookie banner nor a blocker hides them. It first
// says which days it has counted up; a day that is not among them is unknown, never empty.
package searchconsole

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/serviceaccount"
)

// Kind is the word for this source in the configuration and the ledger.
const Kind = "searchconsole"

const (
	// FinalDays is how long a day still changes.
	FinalDays = 3
	// Oldest is how many days Google keeps: 16 months.
	Oldest = 486
	// Zone is that of Search Console's days, whatever the site's own is.
	Zone = "America/Los_Angeles"
	// Address is where the API is.
	Address = "https://searchconsole.googleapis.com"

	// Scope is what the service account's tokens are for.
	Scope = "https://www.googleapis.com/auth/webmasters.readonly"
)

// Config says what to ask. Name, Site, SiteURL and Key are required.
type Config struct {
	Name      string   // of the source
	URL       string   // of the API; empty: Address
	Site      string   // the property: https://data.example.org/ or sc-domain:example.org
	SiteURL   string   // of the portal's pages
	Hosts     []string // other names of that site
	Key       string   // text of a service account's key file
	PageSize  int      // rows of an answer, 25,000
	Timeout   time.Duration
	Retries   int
	UserAgent string
}

// Source asks for the days that are due.
type Source struct {
	Config Config
	Plan   counting.Plan // its zone is Zone
	Known  counting.Known
	Client *http.Client // its transport is used; nil: a fresh one
	Now    func() time.Time
	Log    *slog.Logger // nil: none

	pause func(time.Duration) time.Duration
}

var _ sources.Source = (*Source)(nil)

// Units yields a pull for each day that is due and that Google has counted up.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		r, err := s.begin(ctx)
		if err != nil {
			yield(sources.Unit{}, err)
			return
		}
		defer r.ask.Close()
		for unit, err := range s.Plan.Ask([]string{counting.SearchClicks}, s.Known, r.now, r.pull) {
			if !yield(unit, err) {
				return
			}
		}
	}
}

// run is one run of a source.
type run struct {
	*Source
	ctx         context.Context // of Units, which calls pull through the plan
	ask         *asking.Client
	tokens      *serviceaccount.Tokens
	site        counting.Site
	now         time.Time
	first, last time.Time        // of the days that are due
	totals      map[string]int64 // clicks by day, of the days that are counted up; nil: not asked yet
}

func (s *Source) begin(ctx context.Context) (*run, error) {
	c := s.Config
	if s.Now == nil {
		return nil, errors.New("searchconsole: the source has no clock")
	}
	account, err := serviceaccount.Parse(c.Key, Scope)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	r := &run{Source: s, ctx: ctx, now: s.Now(), site: counting.NewSite(c.SiteURL, c.Hosts)}
	for day := range s.Plan.Due(counting.SearchClicks, s.Known, r.now) {
		if r.first.IsZero() {
			r.first = day.Time
		}
		r.last = day.Time
	}
	r.ask = asking.New(asking.Config{
		UserAgent: c.UserAgent, Timeout: c.Timeout, Retries: c.Retries, Secrets: account.Secrets(), Base: s.Client, Now: s.Now, Pause: s.pause,
	})
	r.tokens = account.SignIn(ctx, r.ask.HTTP())
	return r, nil
}

// pull asks for one day. No pull and no error is a day that Google has not counted up yet.
func (r *run) pull(metric string, day counting.Day) (*counting.Pull, error) {
	pull, err := r.answer(metric, day)
	if err != nil {
		return nil, fmt.Errorf("%s: clicks of %s: %w", r.Config.Name, day.Format(time.DateOnly), err)
	}
	return pull, nil
}

func (r *run) answer(metric string, day counting.Day) (*counting.Pull, error) {
	if err := r.readTotals(); err != nil {
		return nil, err
	}
	date := day.Format(time.DateOnly)
	total, isCounted := r.totals[date]
	if !isCounted {
		return nil, nil //nolint:nilnil // as counting.Plan.Ask has it
	}
	rows, err := r.query(question{Start: date, End: date, Dimensions: []string{"page"}})
	if err != nil {
		return nil, err
	}
	pull := &counting.Pull{
		Source: r.Config.Name, Kind: Kind, Path: asking.Redacted(r.Config.URL), Metric: metric, Unit: counting.Events,
		Start: day.Time, End: day.Time, At: r.now, IsFinal: day.IsFinal,
		HidesTail: true, // Google promises its top rows, not all of them.
	}
	var sum int64
	for _, row := range rows {
		sum += row.clicks
		u, isURL := r.site.URL(row.key)
		switch {
		case !isURL:
			pull.Unmatched += row.clicks
		case row.clicks > 0:
			pull.Counts = append(pull.Counts, counting.Count{URL: u, Value: row.clicks})
		}
	}
	if sum == 0 && total > 0 {
		return nil, fmt.Errorf("the answer is empty, yet Google counted %d clicks in all: it is asked again by the next run", total)
	}
	pull.IsWhole = sum >= total
	if r.Log != nil {
		r.Log.InfoContext(r.ctx, "asked", "source", r.Config.Name, "metric", metric, "day", date,
			"rows", len(rows), "unmatched", pull.Unmatched, "whole", pull.IsWhole)
	}
	return pull, nil
}

// readTotals asks once which days are counted up, and how many clicks the pages had on each.
func (r *run) readTotals() error {
	if r.totals != nil {
		return nil
	}
	rows, err := r.query(question{
		Start: r.first.Format(time.DateOnly), End: r.last.Format(time.DateOnly), Dimensions: []string{"date"}, Aggregation: "byPage",
	})
	if err != nil {
		return err
	}
	r.totals = map[string]int64{}
	for _, row := range rows {
		r.totals[row.key] = row.clicks
	}
	return nil
}

// Check asks for the days alone, changes nothing, and gives the clicks of the ten days to yesterday and the last
// day that is counted up, as a date; empty: none is.
func (s *Source) Check(ctx context.Context) (clicks int64, last string, err error) {
	r, err := s.begin(ctx)
	if err != nil {
		return 0, "", err
	}
	defer r.ask.Close()
	r.last = r.now.UTC().AddDate(0, 0, -1)
	r.first = r.last.AddDate(0, 0, -9)
	if err := r.readTotals(); err != nil {
		return 0, "", err
	}
	for day, total := range r.totals {
		clicks += total
		last = max(last, day)
	}
	return clicks, last, nil
}
