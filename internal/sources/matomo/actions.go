package matomo

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"footfall/internal/sources/counting"
)

// totals are what Matomo counted on the whole site on a day.
type totals struct {
	visits int64
	hits   map[string]int64 // by metric
}

// isSilent is true for a day without a single page view: a portal without visitors, a tag that was
// off, and an archive that is not made yet look the same.
func (t totals) isSilent() bool { return t.hits[counting.Pages] == 0 }

// totals asks for a day's totals, once.
func (c *client) totals(ctx context.Context, day time.Time) (totals, error) {
	if known, ok := c.days[day]; ok {
		return known, nil
	}
	actions, err := c.numbers(ctx, "Actions.get", day)
	if err != nil {
		return totals{}, err
	}
	visits, err := c.numbers(ctx, "VisitsSummary.get", day)
	if err != nil {
		return totals{}, err
	}
	total := totals{int64(visits["nb_visits"]), map[string]int64{
		counting.Pages: int64(actions["nb_pageviews"]), counting.Downloads: int64(actions["nb_downloads"]),
		counting.Outlinks: int64(actions["nb_outlinks"]),
	}}
	c.days[day] = total
	return total, nil
}

// reports are the methods that list the URLs of a metric.
var reports = map[string]string{
	counting.Downloads: "Actions.getDownloads", counting.Outlinks: "Actions.getOutlinks", counting.Pages: "Actions.getPageUrls",
}

// readActions fills the pull with the counts of a report of URLs.
func (c *client) readActions(ctx context.Context, pull *counting.Pull, total totals) error {
	method, want := reports[pull.Metric], total.hits[pull.Metric]
	rows, err := c.report(ctx, method, pull.Start, url.Values{"flat": {"1"}})
	if err != nil {
		return err
	}
	if len(rows) == 0 && want > 0 {
		return fmt.Errorf("%s lists none, but Matomo counted %d: its archive of the day is incomplete; the next run asks again", method, want)
	}
	hits, folded := int64(0), 0
	listed := rows[:0]
	for _, r := range rows {
		hits += orZero(r.Hits)
		switch {
		case r.URL != "":
			listed = append(listed, r)
		case r.isFolded():
			folded++
		default:
			pull.Unmatched += orZero(r.Visitors, r.Visits, r.Hits)
		}
	}
	var value func(row) int64
	pull.Unit, value = measure(listed)
	pull.Counts = make([]counting.Count, 0, len(listed))
	for _, r := range listed {
		if u, ok := c.pages.URL(string(r.URL)); ok {
			pull.Counts = append(pull.Counts, counting.Count{URL: u, Value: value(r)})
		} else {
			pull.Unmatched += value(r)
		}
	}
	pull.HidesTail = folded > 0 || hits < want
	c.log.InfoContext(ctx, "Matomo answered", "source", pull.Source, "metric", pull.Metric, "day", pull.Start.Format(time.DateOnly),
		"urls", len(pull.Counts), "unmatched", pull.Unmatched, "hits", hits, "hits_of_site", want, "hides_tail", pull.HidesTail)
	return nil
}

// isFolded is true for the row that stands for those beyond Matomo's limit, of rows without a URL.
// Its label is Others, below the folder that it was folded in. A page whose address the tag did not
// send has no URL either, and a label that says so.
func (r row) isFolded() bool { return !strings.Contains(string(r.Label), "not defined") }

// measure is what the rows can be counted in: distinct visitors of the day where all of them have
// these; else visits, and hits where a version has no visits.
func measure(rows []row) (unit string, value func(row) int64) {
	for _, r := range rows {
		if r.Visitors == nil {
			return counting.Events, func(r row) int64 { return orZero(r.Visits, r.Hits) }
		}
	}
	return counting.ClientDays, func(r row) int64 { return orZero(r.Visitors, r.Visits) }
}

// orZero is the first number that is there.
func orZero(numbers ...*whole) int64 {
	for _, n := range numbers {
		if n != nil {
			return int64(*n)
		}
	}
	return 0
}
