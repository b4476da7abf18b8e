package ga4

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"footfall/internal/sources/counting"
)

// totals are how often each event was counted on a day on the whole site.
type totals map[string]int64

// totals asks for a day's totals, once.
func (c *client) totals(ctx context.Context, day time.Time) (totals, error) {
	if known, ok := c.days[day]; ok {
		return known, nil
	}
	got, err := c.report(ctx, question{dimensions: []string{"eventName"}, metrics: []string{"eventCount"}}, day)
	if err != nil {
		return nil, err
	}
	total := totals{}
	for _, r := range got.rows {
		total[r.names[0]] += r.counts[0]
	}
	c.days[day] = total
	return total, nil
}

// linkLimit is how many characters of a link Google keeps: a longer one is cut, and is another URL.
const linkLimit = 100

// questions are the reports, by metric. People are counted first, events second.
var questions = map[string]question{
	counting.Pages: {
		[]string{"hostName", "pagePathPlusQueryString"},
		[]string{"totalUsers", "eventCount"},
		[]filter{{"eventName", "page_view"}},
	},
	counting.FileEvents: {
		[]string{"linkUrl"},
		[]string{"totalUsers", "eventCount"},
		[]filter{{"eventName", "file_download"}},
	},
	counting.Outlinks: {
		[]string{"linkUrl"},
		[]string{"totalUsers", "eventCount"},
		[]filter{{"eventName", "click"}, {"outbound", "true"}},
	},
	counting.Referrals: {
		[]string{"hostName", "pagePath", "sessionSource", "sessionMedium"},
		[]string{"totalUsers", "eventCount"},
		[]filter{{"eventName", "page_view"}},
	},
}

// read fills the pull with the counts of its report.
func (c *client) read(ctx context.Context, pull *counting.Pull, total totals) error {
	q := questions[pull.Metric]
	got, err := c.report(ctx, q, pull.Start)
	if err != nil {
		return err
	}
	want := total[q.filters[0].value]
	if pull.Metric == counting.Outlinks { // clicks that did not leave the site are not asked for
		want = 0
	}
	var events int64
	cut := 0
	for _, r := range got.rows {
		events += r.counts[1]
		address := r.names[0]
		if pull.Metric == counting.Pages || pull.Metric == counting.Referrals {
			address = "https://" + strings.TrimSpace(r.names[0]) + r.names[1]
		} else if utf8.RuneCountInString(address) == linkLimit {
			cut++
		}
		u, ok := c.site.URL(address)
		switch {
		case !ok || strings.HasPrefix(r.names[0], "("): // (not set), (other)
			pull.Unmatched += r.counts[0]
		case pull.Metric == counting.Referrals:
			referral := c.origin(r.names[2], r.names[3])
			referral.URL, referral.Value = u, r.counts[0]
			pull.Referrals = append(pull.Referrals, referral)
		default:
			pull.Counts = append(pull.Counts, counting.Count{URL: u, Value: r.counts[0]})
		}
	}
	if len(got.rows) == 0 && want > 0 && got.isPartial == "" {
		return fmt.Errorf("no row came, but Google counted %d of the event %s: the next run asks again", want, q.filters[0].value)
	}
	why := got.isPartial
	switch {
	case why != "":
	case events < want:
		why = "the rows do not add up to the total"
	case cut > 0:
		why = "links are cut after 100 characters"
	}
	pull.HidesTail = why != ""
	c.log.InfoContext(ctx, "Google Analytics answered", "source", pull.Source, "metric", pull.Metric, "day", pull.Start.Format(time.DateOnly),
		"rows", len(got.rows), "unmatched", pull.Unmatched, "events", events, "hides_tail", why)
	return nil
}

// origin is where a session came from. Its medium tells of a source without a host or a known name.
func (c *client) origin(source, medium string) counting.Referral {
	referral := counting.Origin(source, c.config.Referrers)
	if referral.Host != "" || referral.Medium != "other" {
		return referral
	}
	switch strings.ToLower(medium) {
	case "organic":
		referral.Medium = "search"
	case "email", "e-mail", "newsletter":
		referral = counting.Referral{Medium: "email"}
	case "social", "social-network", "social-media", "sm":
		referral.Medium = "social"
	}
	return referral
}
