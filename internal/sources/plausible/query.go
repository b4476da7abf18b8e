package plausible

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// question is the body of a query (https://plausible.io/docs/stats-api).
type question struct {
	Site       string      `json:"site_id"`
	Metrics    []string    `json:"metrics"`
	Range      [2]string   `json:"date_range"` // both days included, in the site's time zone
	Dimensions []string    `json:"dimensions"`
	Filters    []any       `json:"filters,omitempty"`
	Order      [][2]string `json:"order_by"`
	Include    include     `json:"include"`
	Pagination pagination  `json:"pagination"`
}

type include struct {
	TotalRows bool `json:"total_rows"`
}

type pagination struct {
	Limit  int `json:"limit"`
	Offset int `json:"offset"`
}

// answer is what comes back, also where it is an error.
type answer struct {
	Results *[]struct {
		Dimensions []string  `json:"dimensions"`
		Metrics    []float64 `json:"metrics"`
	} `json:"results"`
	Meta struct {
		TotalRows *int `json:"total_rows"`
	} `json:"meta"`
	Query struct {
		Range []string `json:"date_range"`
	} `json:"query"`
	Error string `json:"error"`
}

// row is one line of an answer: visitors, and the metric that adds up.
type row struct {
	dimensions []string
	value, sum int64
}

// query asks for all rows, page by page.
func (r *run) query(q question) ([]row, error) {
	q.Site = r.Config.Site
	q.Include.TotalRows = true
	q.Pagination.Limit = r.Config.PageSize
	if q.Pagination.Limit == 0 {
		q.Pagination.Limit = 10_000
	}
	for _, dimension := range q.Dimensions { // in an order that new events do not change
		q.Order = append(q.Order, [2]string{dimension, "asc"})
	}
	return asking.Steady(errShifted, func() ([]row, error) { return r.pages(q) })
}

// errShifted says that the pages of a list do not fit together.
var errShifted = errors.New("the pages of the answer shifted while they were read: it is asked again by the next run")

func (r *run) pages(q question) ([]row, error) {
	var rows []row
	seen := map[string]bool{}
	for {
		got, err := r.page(q)
		if err != nil {
			return nil, err
		}
		for _, result := range *got.Results {
			key := strings.Join(result.Dimensions, "\x00")
			if seen[key] {
				return nil, errShifted
			}
			seen[key] = true
			rows = append(rows, row{result.Dimensions, int64(result.Metrics[0]), int64(result.Metrics[1])})
		}
		switch total := *got.Meta.TotalRows; {
		case len(rows) > total || len(*got.Results) == 0 && len(rows) < total:
			return nil, errShifted
		case len(rows) == total:
			return rows, nil
		}
		q.Pagination.Offset = len(rows)
	}
}

// page asks once, and wants an answer in the form of a query's.
func (r *run) page(q question) (*answer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	address := strings.TrimRight(r.Config.URL, "/") + "/api/v2/query"
	came, err := r.ask.Do(r.ctx, asking.Request{
		URL: address, Body: body,
		Header: http.Header{"Authorization": {"Bearer " + r.Config.Token}, "Content-Type": {"application/json"}},
	})
	if err != nil {
		return nil, err
	}
	var got answer
	isJSON := json.Unmarshal(came.Body, &got) == nil
	if came.Status != http.StatusOK || !isJSON || got.Error != "" || got.Results == nil || got.Meta.TotalRows == nil {
		err := fmt.Errorf("%s: status %d%s", asking.Redacted(address), came.Status, r.reason(came, got, isJSON))
		if isRefused(came.Status) || came.Status == http.StatusTooManyRequests {
			err = counting.Stop(err)
		}
		return nil, err
	}
	return &got, r.check(&got, q)
}

// isRefused is true for the answers to a key that is wrong, or whose plan has no stats API.
func isRefused(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusPaymentRequired || status == http.StatusForbidden
}

// reason says what an answer without rows means, and what to do.
func (r *run) reason(came asking.Answer, got answer, isJSON bool) string {
	said := ""
	if got.Error != "" {
		said = ": " + r.ask.Hidden(got.Error)
	}
	switch {
	case came.Tries > 0:
		return " (tried " + asking.Times(came.Tries) + ")" + said
	case isRefused(came.Status):
		return ": the API key was refused: it must be of the type Stats API, of somebody who may see site " + r.Config.Site + said
	case strings.Contains(got.Error, "goal"):
		return ": add the goal in Plausible under Settings, Goals, or leave its metric out" + said
	case said != "":
		return said
	case came.Status == http.StatusNotFound:
		return ": no Plausible with the stats API of version 2 is there: correct url"
	case !isJSON:
		return ": the answer is no JSON of Plausible's: url must be that of Plausible itself"
	}
	return ": the answer has no results, or not their number"
}

// check wants each row in the form that was asked for, and days of the configured time zone.
func (r *run) check(got *answer, q question) error {
	for i, result := range *got.Results {
		if len(result.Dimensions) != len(q.Dimensions) || len(result.Metrics) != len(q.Metrics) {
			return fmt.Errorf("row %d of the answer has %d dimensions and %d metrics, want %d and %d", q.Pagination.Offset+i+1,
				len(result.Dimensions), len(result.Metrics), len(q.Dimensions), len(q.Metrics))
		}
		for _, value := range result.Metrics {
			if value < 0 || value != float64(int64(value)) {
				return fmt.Errorf("row %d of the answer counts %v", q.Pagination.Offset+i+1, value)
			}
		}
	}
	return r.checkZone(got.Query.Range)
}

// checkZone compares the days that Plausible says it counted with those of the configured zone.
func (r *run) checkZone(days []string) error {
	if len(days) == 0 {
		return nil
	}
	start, err := time.Parse(time.RFC3339, days[0])
	if err != nil {
		return nil //nolint:nilerr // an older Plausible repeats the dates without a zone
	}
	zone := r.Plan.Zone
	if zone == nil {
		zone = time.UTC
	}
	_, theirs := start.Zone()
	if _, ours := start.In(zone).Zone(); ours != theirs {
		return fmt.Errorf("the days of site %s begin at %s, those of time_zone %s do not: set time_zone to that of Plausible's Settings, General",
			r.Config.Site, start.Format("15:04Z07:00"), zone)
	}
	return nil
}
