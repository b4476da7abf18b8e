package ga4

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// A question is a report of one day: the dimensions of its rows, and what they count.
type question struct {
	dimensions []string
	metrics    []string
	filters    []filter // all of them hold
}

// A filter wants a dimension to have a value.
type filter struct{ dimension, value string }

// An answer is a whole report.
type answer struct {
	rows      []row
	isPartial string // why rows may be missing that Google has; empty: none are
}

// A row has its dimensions and metrics in the order of the question.
type row struct {
	names  []string
	counts []int64
}

// page is one answer of runReport. Members without content are left out of it.
type page struct {
	Rows []struct {
		Dimensions []struct {
			Value string `json:"value"`
		} `json:"dimensionValues"`
		Metrics []struct {
			Value string `json:"value"`
		} `json:"metricValues"`
	} `json:"rows"`
	RowCount int `json:"rowCount"`
	Metadata struct {
		DataLoss   bool              `json:"dataLossFromOtherRow"`
		Thresholds bool              `json:"subjectToThresholding"`
		Samples    []json.RawMessage `json:"samplingMetadatas"`
		TimeZone   string            `json:"timeZone"`
	} `json:"metadata"`
	Quota struct {
		Hour struct {
			Remaining int `json:"remaining"`
		} `json:"tokensPerHour"`
		Day struct {
			Remaining int `json:"remaining"`
		} `json:"tokensPerDay"`
	} `json:"propertyQuota"`
	Error *refusal `json:"error"`
}

// refusal is an error that Google tells.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  string `json:"status"`
}

// errShifted says that a report changed between two of its pages.
var errShifted = errors.New("the report changed while it was read: Google is still counting; the next run asks again")

// report asks for all pages of a report, from the first again if it changes meanwhile.
func (c *client) report(ctx context.Context, q question, day time.Time) (answer, error) {
	return asking.Steady(errShifted, func() (answer, error) { return c.pages(ctx, q, day) })
}

func (c *client) pages(ctx context.Context, q question, day time.Time) (got answer, err error) {
	seen := map[string]bool{} // rows, where there are several pages
	count := 0
	for first := true; first || len(got.rows) < count; first = false {
		p, err := c.page(ctx, q, day, len(got.rows))
		switch {
		case err != nil:
			return answer{}, err
		case !first && p.RowCount != count, len(p.Rows) == 0 && len(got.rows) < p.RowCount, len(got.rows)+len(p.Rows) > p.RowCount:
			return answer{}, errShifted
		}
		count = p.RowCount
		for _, r := range p.Rows {
			if len(r.Dimensions) != len(q.dimensions) || len(r.Metrics) != len(q.metrics) {
				return answer{}, errors.New("a row has other columns than were asked for")
			}
			next := row{make([]string, len(r.Dimensions)), make([]int64, len(r.Metrics))}
			for i, d := range r.Dimensions {
				next.names[i] = d.Value
				if d.Value == "(other)" {
					got.isPartial = "rows are folded into (other)"
				}
			}
			for i, m := range r.Metrics {
				if next.counts[i], err = strconv.ParseInt(m.Value, 10, 64); err != nil || next.counts[i] < 0 {
					return answer{}, fmt.Errorf("%q is no count", m.Value)
				}
			}
			if count > len(p.Rows) {
				key := strings.Join(next.names, "\x00")
				if seen[key] {
					return answer{}, errShifted
				}
				seen[key] = true
			}
			got.rows = append(got.rows, next)
		}
		switch {
		case p.Metadata.Thresholds:
			got.isPartial = "rows of few people are withheld"
		case p.Metadata.DataLoss:
			got.isPartial = "rows are folded into (other)"
		case len(p.Metadata.Samples) > 0:
			got.isPartial = "the counts are of a sample"
		}
	}
	return got, nil
}

// page asks for rows from an offset on. They are sorted, since pages of unsorted rows may overlap.
func (c *client) page(ctx context.Context, q question, day time.Time, offset int) (page, error) {
	body, err := json.Marshal(q.body(day, offset, c.pageSize))
	if err != nil {
		return page{}, err
	}
	token, err := c.tokens.Token()
	if err != nil {
		return page{}, counting.Stop(err)
	}
	c.ask.Hide(token)
	reply, err := c.ask.Do(ctx, asking.Request{
		URL: c.api, Body: body,
		Header: http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}, "Accept": {"application/json"}},
	})
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, asking.ErrLater) {
			err = counting.Stop(err)
		}
		return page{}, err
	}
	var p page
	if err := c.judge(reply, &p); err != nil {
		return page{}, c.discreet(ctx, err)
	}
	if !counting.SameZone(c.config.Plan.Zone, p.Metadata.TimeZone, c.now()) {
		return page{}, counting.Stop(fmt.Errorf("the property has the time zone %s, and the configuration %s: set time_zone: %s, so that both mean the same days",
			p.Metadata.TimeZone, cmp.Or(c.config.Plan.Zone, time.UTC), p.Metadata.TimeZone))
	}
	c.log.DebugContext(ctx, "Google Analytics answered a page", "source", c.config.Name, "day", day.Format(time.DateOnly), "rows", len(p.Rows), "of", p.RowCount,
		"tokens_left_hour", p.Quota.Hour.Remaining, "tokens_left_day", p.Quota.Day.Remaining)
	return p, nil
}

func (q question) body(day time.Time, offset, limit int) map[string]any {
	type object = map[string]any
	named := func(names []string) (all []object) {
		for _, name := range names {
			all = append(all, object{"name": name})
		}
		return all
	}
	date := day.Format(time.DateOnly)
	body := object{
		"dateRanges": []object{{"startDate": date, "endDate": date}}, "dimensions": named(q.dimensions), "metrics": named(q.metrics),
		"limit": strconv.Itoa(limit), "offset": strconv.Itoa(offset), "returnPropertyQuota": true,
	}
	var orders, filters []object
	for _, name := range q.dimensions {
		orders = append(orders, object{"dimension": object{"dimensionName": name}})
	}
	for _, f := range q.filters {
		filters = append(filters, object{"filter": object{"fieldName": f.dimension, "stringFilter": object{"matchType": "EXACT", "value": f.value}}})
	}
	if len(orders) > 0 {
		body["orderBys"] = orders
	}
	if len(filters) > 0 {
		body["dimensionFilter"] = object{"andGroup": object{"expressions": filters}}
	}
	return body
}

// judge decodes an answer, or says what it is instead.
func (c *client) judge(reply asking.Answer, into *page) error {
	text := bytes.TrimSpace(reply.Body)
	err := json.Unmarshal(text, into)
	if refused := into.Error; err == nil && refused != nil {
		return c.refused(*refused)
	}
	switch {
	case reply.Status == http.StatusTooManyRequests:
		return counting.Stop(fmt.Errorf("status %d: Google asks to come back later; the next run goes on from here", reply.Status))
	case reply.Status != http.StatusOK:
		return fmt.Errorf("status %d (tried %s)", reply.Status, asking.Times(max(reply.Tries, 1)))
	case err != nil:
		return fmt.Errorf("the answer is not what the Data API answers: %w", err)
	case into.Metadata.TimeZone == "":
		return errors.New("the answer is not what the Data API answers: it names no time zone")
	}
	return nil
}

// refused says what to do about an error of Google's. Most of them every question would meet.
func (c *client) refused(r refusal) error {
	said := fmt.Errorf("it says %s: %s", r.Status, r.Message)
	switch r.Status {
	case "RESOURCE_EXHAUSTED":
		return counting.Stop(fmt.Errorf("the quota of the property is used up, and the rest waits for the next run: %w", said))
	case "PERMISSION_DENIED":
		return counting.Stop(fmt.Errorf("give %s the role Viewer under Admin, Property access management, and enable the Google Analytics Data API in its project: %w", c.account.Email, said))
	case "UNAUTHENTICATED", "INVALID_ARGUMENT", "NOT_FOUND":
		return counting.Stop(said)
	}
	return said
}

// discreet names the address, and takes out secrets.
func (c *client) discreet(ctx context.Context, err error) error {
	told := c.ask.Discreet(ctx, c.api, err)
	if counting.IsStop(err) {
		return counting.Stop(told)
	}
	return told
}
