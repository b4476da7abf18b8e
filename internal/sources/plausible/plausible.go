// Package plausible reads a site's counts from Plausible's stats API, version 2.
//
// A day of a metric is one question by page, link or origin. Plausible also says how much there was
// in all, day by day, in one answer: a day that adds up to it is whole, one that does not is
// no evidence of what was not used.
package plausible

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
	"footfall/internal/traffic"
)

// Kind is the word for this source in the configuration and the ledger.
const Kind = "plausible"

// Address is where Plausible itself runs the service; one's own may be elsewhere.
const Address = "https://plausible.io"

// FinalDays is how long a day still changes: events are sent late from sleeping machines.
const FinalDays = 1

// Metrics are all that can be asked for.
var Metrics = []string{counting.Pages, counting.FileEvents, counting.Outlinks, counting.Referrals}

// goals are the events that Plausible's own script sends, by metric.
var goals = map[string]string{counting.FileEvents: "File Download", counting.Outlinks: "Outbound Link: Click"}

// Config says what to ask. URL, Site, SiteURL, Name and Token are required.
type Config struct {
	Name      string   // of the source
	URL       string   // of the service, such as Address
	Site      string   // as Plausible calls it: its domain
	SiteURL   string   // of the pages that it counts
	Hosts     []string // other names of that site
	Token     string   // an API key
	Metrics   []string // empty: all
	PageSize  int      // rows of an answer, 10,000
	Timeout   time.Duration
	Retries   int
	UserAgent string
}

// Source asks for the days that are due.
type Source struct {
	Config    Config
	Plan      counting.Plan
	Known     counting.Known
	Referrers *traffic.Referrers // names of sites; nil: none is known
	Client    *http.Client       // its transport is used; nil: a fresh one
	Now       func() time.Time
	Log       *slog.Logger // nil: none

	pause func(time.Duration) time.Duration
}

var _ sources.Source = (*Source)(nil)

// Units yields a pull for each metric and day that is due.
func (s *Source) Units(ctx context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		r, err := s.begin()
		if err != nil {
			yield(sources.Unit{}, err)
			return
		}
		defer r.ask.Close()
		r.ctx = ctx
		for unit, err := range s.Plan.Ask(r.metrics, s.Known, r.now, r.pull) {
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
	site        counting.Site
	now         time.Time
	metrics     []string
	first, last time.Time // of the days that are due
	totals      map[string]map[string]int64
}

func (s *Source) begin() (*run, error) {
	c := s.Config
	if s.Now == nil {
		return nil, errors.New("plausible: the source has no clock")
	}
	if c.Token == "" {
		return nil, fmt.Errorf("%s: there is no API key: make one in Plausible under Settings, API keys, of the type Stats API", c.Name)
	}
	r := &run{Source: s, now: s.Now(), site: counting.NewSite(c.SiteURL, c.Hosts), metrics: c.Metrics, totals: map[string]map[string]int64{}}
	if len(r.metrics) == 0 {
		r.metrics = Metrics
	}
	questions := 0
	for _, metric := range r.metrics {
		for day := range s.Plan.Due(metric, s.Known, r.now) {
			if r.first.IsZero() || day.Before(r.first) {
				r.first = day.Time
			}
			if day.After(r.last) {
				r.last = day.Time
			}
			questions++
		}
	}
	r.ask = asking.New(asking.Config{
		UserAgent: c.UserAgent, Timeout: c.Timeout, Retries: c.Retries, Pace: pace(questions), Secrets: []string{c.Token},
		Base: s.Client, Now: s.Now, Pause: s.pause,
	})
	return r, nil
}

// pace keeps a long history below the 600 questions an hour that a key may ask; what is asked from
// day to day needs none.
func pace(questions int) time.Duration {
	if questions < 400 {
		return 0
	}
	return time.Hour / 590
}

// pull asks for one metric and day.
func (r *run) pull(metric string, day counting.Day) (*counting.Pull, error) {
	pull, err := r.answer(metric, day)
	if err != nil {
		return nil, fmt.Errorf("%s: %s of %s: %w", r.Config.Name, metric, day.Format(time.DateOnly), err)
	}
	return pull, nil
}

func (r *run) answer(metric string, day counting.Day) (*counting.Pull, error) {
	total, err := r.total(metric, day.Time)
	if err != nil {
		return nil, err
	}
	rows, sum, err := r.rows(metric, day.Time)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 && total > 0 {
		return nil, fmt.Errorf("the answer is empty, yet Plausible counted %d in all: it is asked again by the next run", total)
	}
	pull := &counting.Pull{
		Source: r.Config.Name, Kind: Kind, Path: asking.Redacted(r.Config.URL), Metric: metric, Unit: counting.ClientDays,
		Start: day.Time, End: day.Time, At: r.now, IsFinal: day.IsFinal,
	}
	for _, row := range rows {
		switch count, origin, ok := r.read(metric, row); {
		case !ok:
			pull.Unmatched += row.value
		case metric == counting.Referrals:
			pull.Referrals = append(pull.Referrals, origin)
		default:
			pull.Counts = append(pull.Counts, count)
		}
	}
	// Where nothing was counted, Plausible cannot tell a day without readers from one without its
	// script; where the rows are less than all, it cannot tell which ones are missing.
	pull.IsWhole = total > 0 && (metric == counting.Referrals || sum == total)
	pull.HidesTail = !pull.IsWhole
	if r.Log != nil {
		r.Log.InfoContext(r.ctx, "asked", "source", r.Config.Name, "metric", metric, "day", day.Format(time.DateOnly),
			"rows", len(rows), "unmatched", pull.Unmatched, "whole", pull.IsWhole)
	}
	return pull, nil
}

// read makes a count or a referral of a row. It is false for what is no URL of the web.
func (r *run) read(metric string, row row) (count counting.Count, origin counting.Referral, ok bool) {
	last := row.dimensions[len(row.dimensions)-1]
	switch metric {
	case counting.Outlinks, counting.FileEvents:
		count.URL, ok = r.site.URL(last)
	default:
		host := row.dimensions[len(row.dimensions)-2]
		if host == "" || host == "(none)" || host == "(not set)" {
			host = r.Config.Site
		}
		if count.URL, ok = r.site.URL("https://" + host + last); ok {
			ok = len(last) > 0 && last[0] == '/'
		}
	}
	count.Value = row.value
	if metric == counting.Referrals {
		origin = counting.Origin(row.dimensions[0], r.Referrers)
		origin.URL, origin.Value = count.URL, count.Value
	}
	return count, origin, ok
}

// dimensions are by what a metric is asked for.
func dimensions(metric string) []string {
	switch metric {
	case counting.Pages:
		return []string{"event:hostname", "event:page"}
	case counting.Referrals:
		return []string{"visit:source", "event:hostname", "event:page"}
	}
	return []string{"event:props:url"}
}

// filters narrow a question to the goal of a metric.
func filters(metric string) []any {
	if goal := goals[metric]; goal != "" {
		return []any{[]any{"is", "event:goal", []string{goal}}}
	}
	return nil
}

// summed is the metric whose rows add up to its total: distinct visitors do not.
func summed(metric string) string {
	if goals[metric] != "" {
		return "events"
	}
	return "pageviews"
}

// total is what Plausible counted of a metric on a day in all. Referrals are those of the pages.
func (r *run) total(metric string, day time.Time) (int64, error) {
	if metric == counting.Referrals {
		metric = counting.Pages
	}
	if r.totals[metric] == nil {
		rows, err := r.query(question{
			Metrics: []string{"visitors", summed(metric)}, Range: [2]string{r.first.Format(time.DateOnly), r.last.Format(time.DateOnly)},
			Dimensions: []string{"time:day"}, Filters: filters(metric),
		})
		if err != nil {
			return 0, err
		}
		totals := map[string]int64{}
		for _, row := range rows {
			totals[row.dimensions[0]] = row.sum
		}
		r.totals[metric] = totals
	}
	return r.totals[metric][day.Format(time.DateOnly)], nil
}

// rows are those of a metric and day, and what they add up to.
func (r *run) rows(metric string, day time.Time) (rows []row, sum int64, err error) {
	date := day.Format(time.DateOnly)
	rows, err = r.query(question{
		Metrics: []string{"visitors", summed(metric)}, Range: [2]string{date, date},
		Dimensions: dimensions(metric), Filters: filters(metric),
	})
	for _, row := range rows {
		sum += row.sum
	}
	return rows, sum, err
}

// Check asks once, changes nothing, and says how many page views there were in the seven days to
// yesterday.
func (s *Source) Check(ctx context.Context) (pageviews int64, err error) {
	r, err := s.begin()
	if err != nil {
		return 0, err
	}
	defer r.ask.Close()
	r.ctx = ctx
	yesterday := r.now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
	r.first, r.last = yesterday.AddDate(0, 0, -6), yesterday
	if _, err := r.total(counting.Pages, yesterday); err != nil {
		return 0, err
	}
	for _, total := range r.totals[counting.Pages] {
		pageviews += total
	}
	return pageviews, nil
}
