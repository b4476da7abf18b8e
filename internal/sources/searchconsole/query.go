package searchconsole

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// question is the body of a query
// (https://developers.google.com/webmaster-tools/v1/searchanalytics/query).
type question struct {
	Start       string   `json:"startDate"`
	End         string   `json:"endDate"`
	Dimensions  []string `json:"dimensions"`
	Aggregation string   `json:"aggregationType,omitempty"`
	State       string   `json:"dataState"`
	Limit       int      `json:"rowLimit"`
	First       int      `json:"startRow"`
}

// answer is what comes back, also where it is an error. Without rows there is no member for them.
type answer struct {
	Rows []struct {
		Keys   []string `json:"keys"`
		Clicks float64  `json:"clicks"`
	} `json:"rows"`
	Error *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// row is a line of an answer: a page or a date, and the clicks on it.
type row struct {
	key    string
	clicks int64
}

// errShifted says that the pages of a list do not fit together.
var errShifted = errors.New("the pages of the answer shifted while they were read: it is asked again by the next run")

// query asks for all rows, page by page, of what Google has counted up for good.
func (r *run) query(q question) ([]row, error) {
	q.State = "final"
	q.Limit = r.Config.PageSize
	if q.Limit == 0 {
		q.Limit = 25_000
	}
	return asking.Steady(errShifted, func() ([]row, error) { return r.pages(q) })
}

// pages reads until a page is empty, which Google says is the end; a short page is not.
func (r *run) pages(q question) ([]row, error) {
	var rows []row
	seen := map[string]bool{}
	for {
		got, err := r.page(q)
		if err != nil || len(got.Rows) == 0 {
			return rows, err
		}
		for i, one := range got.Rows {
			if len(one.Keys) != 1 || one.Clicks < 0 || one.Clicks != float64(int64(one.Clicks)) {
				return nil, fmt.Errorf("row %d of the answer has %d keys and %v clicks, want one key and a whole number",
					q.First+i+1, len(one.Keys), one.Clicks)
			}
			if seen[one.Keys[0]] {
				return nil, errShifted
			}
			seen[one.Keys[0]] = true
			rows = append(rows, row{one.Keys[0], int64(one.Clicks)})
		}
		q.First = len(rows)
	}
}

// page asks once, and wants an answer in the form of a query's.
func (r *run) page(q question) (*answer, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	token, err := r.tokens.Token()
	if err != nil {
		return nil, counting.Stop(err)
	}
	r.ask.Hide(token)
	base := r.Config.URL
	if base == "" {
		base = Address
	}
	address := strings.TrimRight(base, "/") + "/webmasters/v3/sites/" + url.QueryEscape(r.Config.Site) + "/searchAnalytics/query"
	came, err := r.ask.Do(r.ctx, asking.Request{
		URL: address, Body: body, Header: http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}},
	})
	if err != nil {
		return nil, err
	}
	var got answer
	isJSON := json.Unmarshal(came.Body, &got) == nil
	if came.Status == http.StatusOK && isJSON && got.Error == nil {
		return &got, nil
	}
	err = fmt.Errorf("%s: status %d%s", asking.Redacted(address), came.Status, r.reason(came, &got, isJSON))
	switch came.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		err = counting.Stop(err)
	}
	return nil, err
}

// reason says what an answer without rows means, and what to do.
func (r *run) reason(came asking.Answer, got *answer, isJSON bool) string {
	said := ""
	if got.Error != nil {
		said = ": " + r.ask.Hidden(got.Error.Message)
	}
	switch {
	case came.Tries > 0:
		return " (tried " + asking.Times(came.Tries) + ")" + said
	case came.Status == http.StatusUnauthorized || came.Status == http.StatusForbidden:
		return ": add the service account's address in Search Console under Settings, Users and permissions, of the property " + r.Config.Site + said
	case said != "":
		return said
	case !isJSON:
		return ": the answer is no JSON of Google's"
	}
	return ""
}
