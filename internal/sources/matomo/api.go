package matomo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"footfall/internal/sources/asking"
	"footfall/internal/sources/counting"
)

// row is one row of a report. What is null was not in the answer.
type row struct {
	Label    text   `json:"label"`
	URL      text   `json:"url"`
	Type     text   `json:"referrer_type"`
	Visits   *whole `json:"nb_visits"`
	Visitors *whole `json:"nb_uniq_visitors"`
	Hits     *whole `json:"nb_hits"`
}

// report asks for all rows of a report of a day.
func (c *client) report(ctx context.Context, method string, day time.Time, params url.Values) ([]row, error) {
	// Others is a word of the language, and rows of no interest have many columns.
	all := url.Values{"language": {"en"}, "filter_limit": {"-1"}, "showColumns": {"label,nb_visits,nb_uniq_visitors,nb_hits"}}
	maps.Copy(all, params)
	var rows []row
	err := c.call(ctx, method, day, all, &rows)
	return rows, err
}

// numbers asks for a report that is one row of numbers. Matomo says [] where it has none.
func (c *client) numbers(ctx context.Context, method string, day time.Time) (map[string]whole, error) {
	var answer numbers
	err := c.call(ctx, method, day, nil, &answer)
	return answer, err
}

type numbers map[string]whole

func (n *numbers) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("[]")) {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	*n = numbers{}
	for name, value := range members {
		var number whole
		if number.UnmarshalJSON(value) == nil { // others are shares and times
			(*n)[name] = number
		}
	}
	return nil
}

// site asks for the site itself.
func (c *client) site(ctx context.Context) (Site, error) {
	var answer struct {
		Name     text `json:"name"`
		MainURL  text `json:"main_url"`
		TimeZone text `json:"timezone"`
		Created  text `json:"ts_created"`
	}
	if err := c.call(ctx, "SitesManager.getSiteFromId", time.Time{}, nil, &answer); err != nil {
		return Site{}, err
	}
	created, _, _ := strings.Cut(string(answer.Created), " ")
	day, err := time.Parse(time.DateOnly, created)
	if err != nil {
		day = time.Time{} // it does not say
	}
	return Site{string(answer.Name), string(answer.MainURL), string(answer.TimeZone), day}, nil
}

// call asks one method and decodes its answer into result. All parameters go in the body, where no
// server logs the token.
func (c *client) call(ctx context.Context, method string, day time.Time, params url.Values, result any) error {
	form := url.Values{"module": {"API"}, "method": {method}, "idSite": {c.config.SiteID}, "format": {"JSON"}, "token_auth": {c.config.Token}}
	if !day.IsZero() {
		form.Set("period", "day")
		form.Set("date", day.Format(time.DateOnly))
	}
	maps.Copy(form, params)
	answer, err := c.ask.Do(ctx, asking.Request{
		URL: c.api, Body: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}},
	})
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, asking.ErrLater) {
			return counting.Stop(err)
		}
		return err
	}
	if err := judge(answer, result); err != nil {
		if answer.Tries > 0 {
			err = fmt.Errorf("%w (tried %s)", err, asking.Times(answer.Tries))
		}
		err = c.ask.Discreet(ctx, c.api, fmt.Errorf("%s: %w", method, err))
		if answer.Status == http.StatusTooManyRequests {
			err = counting.Stop(err)
		}
		return err
	}
	return nil
}

// judge decodes an answer, or says what it is instead. Matomo tells its errors with status 200.
func judge(answer asking.Answer, result any) error {
	body := bytes.TrimSpace(answer.Body)
	var refusal struct {
		Result  text `json:"result"`
		Message text `json:"message"`
	}
	if bytes.HasPrefix(body, []byte("{")) && json.Unmarshal(body, &refusal) == nil && refusal.Result == "error" {
		return fmt.Errorf("it says: %s", cmp.Or(strings.TrimSpace(string(refusal.Message)), "error"))
	}
	if answer.Status != http.StatusOK {
		return fmt.Errorf("status %d", answer.Status)
	}
	switch {
	case len(body) == 0:
		return errors.New("an empty body is no answer: look into the log of Matomo's web server, often PHP ran out of memory")
	case body[0] == '<':
		return errors.New("a page came in place of JSON: give the URL at which Matomo itself answers")
	}
	if err := json.Unmarshal(body, result); err != nil {
		return fmt.Errorf("the answer is not what Matomo answers: %w", err)
	}
	return nil
}

// text is a string; other scalars are taken as they are written.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
		return nil
	}
	if data[0] == '{' || data[0] == '[' {
		return fmt.Errorf("%.40q is no text", data)
	}
	*t = text(data)
	return nil
}

// whole is a number from 0 up, which some versions write as a text.
type whole int64

func (n *whole) UnmarshalJSON(data []byte) error {
	number, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64)
	if err != nil || number < 0 || number > 1<<53 {
		return fmt.Errorf("%.40q is no count", data)
	}
	*n = whole(number)
	return nil
}
