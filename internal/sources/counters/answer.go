package counters

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"footfall/internal/sources/asking"
)

// An item is an entry of the list: its id, and its counts by metric. What the portal does not
// count has none.
type item struct {
	id     string
	values map[string]int64
	readAt time.Time
}

// asker asks for the pages of a list.
type asker struct {
	*Source
	ctx     context.Context // of Units
	ask     *asking.Client
	address string // for messages
	size    int
}

func (s *Source) newAsker(ctx context.Context) *asker {
	c := s.Config
	return &asker{Source: s, ctx: ctx, address: asking.Redacted(c.URL), size: cmp.Or(c.Shape.PageSize, 100), ask: asking.New(asking.Config{
		UserAgent: c.UserAgent, Timeout: c.Timeout, Retries: c.Retries, Secrets: []string{c.Token}, Base: s.Client, Now: s.Now, Pause: s.pause,
	})}
}

// errShifted says that the pages of a list do not fit together.
var errShifted = errors.New("the list changed while it was read")

// crawl reads the whole list, again from its start where its pages did not fit together.
func (a *asker) crawl() (items []item, err error) {
	items, err = asking.Steady(errShifted, a.crawlOnce)
	switch {
	case errors.Is(err, errShifted):
		return nil, fmt.Errorf("%s: %w, %d times over: nothing is taken, and the next run asks again", a.address, err, asking.Attempts)
	case err == nil && len(items) == 0:
		return nil, fmt.Errorf("%s: the list is empty: nothing is taken; correct url, site or address if the portal has anything", a.address)
	}
	return items, err
}

func (a *asker) crawlOnce() ([]item, error) {
	var items []item
	seen := map[string]bool{}
	total, next := -1, ""
	for {
		page, err := a.page(len(items), next)
		if err != nil {
			return nil, err
		}
		if most := a.Config.Shape.Most; most > 0 && page.total >= most {
			return nil, fmt.Errorf("%s: the portal has %d entries or more, and shows no more than that: narrow site, so that fewer are asked for", a.address, most)
		}
		if total >= 0 && page.total != total {
			return nil, fmt.Errorf("%w: it had %d entries, then %d", errShifted, total, page.total)
		}
		total = page.total
		for _, i := range page.items {
			if seen[i.id] {
				return nil, fmt.Errorf("%w: %s came twice", errShifted, i.id)
			}
			seen[i.id] = true
		}
		items, next = append(items, page.items...), page.next
		switch isOver := len(page.items) == 0 || next == "" && !a.Config.Shape.isPaged() || a.Config.Shape.Next != "" && next == ""; {
		case total >= 0 && len(items) == total:
			return items, nil
		case total >= 0 && (isOver || len(items) > total):
			return nil, fmt.Errorf("%w: the portal counts %d entries, and %d came", errShifted, total, len(items))
		case isOver:
			return items, nil
		}
	}
}

// A page is one answer.
type page struct {
	items []item
	total int    // -1: it does not tell
	next  string // address of the page after it; empty: none
}

// page asks for the page that begins with an entry, or at the address that the page before named.
func (a *asker) page(offset int, next string) (page, error) {
	address := next
	if address == "" {
		address = a.Config.question(offset, a.size)
	}
	header := http.Header{"Accept": {"application/json"}}
	if name, value, ok := strings.Cut(a.Config.Shape.Header, ":"); ok && a.Config.Token != "" {
		header.Set(name, strings.ReplaceAll(strings.TrimSpace(value), "{token}", a.Config.Token))
	}
	came, err := a.ask.Do(a.ctx, asking.Request{URL: address, Header: header})
	if err != nil {
		return page{}, err
	}
	got, err := a.read(came, address)
	if err != nil {
		return page{}, fmt.Errorf("%s: %w", a.ask.Hidden(asking.Redacted(address)), err)
	}
	return got, nil
}

// read takes the answer of an address apart.
func (a *asker) read(came asking.Answer, address string) (page, error) {
	var answer any
	shape := a.Config.Shape
	isJSON := decode(came.Body, &answer) == nil
	list, isList := place(answer, shape.List).([]any)
	if came.Status != http.StatusOK || !isList {
		return page{}, a.refusal(came, answer, isJSON)
	}
	got := page{total: -1}
	if shape.Total != "" {
		total, err := count(place(answer, shape.Total))
		if err != nil {
			return page{}, fmt.Errorf("the number of all entries, %s: %w: correct total", shape.Total, err)
		}
		got.total = int(total)
	}
	if next, ok := place(answer, shape.Next).(string); ok && shape.Next != "" && next != "" {
		var err error
		if got.next, err = follow(address, next); err != nil {
			return page{}, fmt.Errorf("%s: %w", shape.Next, err)
		}
	}
	now := a.Now().UTC().Truncate(time.Microsecond)
	for n, entry := range list {
		i := item{id: text(place(entry, shape.ID)), values: map[string]int64{}, readAt: now}
		if i.id == "" {
			return page{}, fmt.Errorf("entry %d of the answer has no id at %s: correct id", n+1, shape.ID)
		}
		for metric, at := range shape.Values {
			value := place(entry, at)
			if value == nil {
				continue
			}
			number, err := count(value)
			if err != nil {
				return page{}, fmt.Errorf("entry %s: %s: %w: correct values", i.id, at, err)
			}
			i.values[metric] = number
		}
		got.items = append(got.items, i)
	}
	return got, nil
}

// follow is the address of the next page. It stays on the host, where the token may be shown.
func follow(address, next string) (string, error) {
	from, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	to, err := from.Parse(next)
	if err != nil || to.Host != from.Host || to.Scheme != from.Scheme {
		return "", errors.New("the address of the next page leads to another host: it is not asked")
	}
	return to.String(), nil
}

// refusal says what an answer without a list means.
func (a *asker) refusal(came asking.Answer, answer any, isJSON bool) error {
	said := ""
	for _, at := range []string{"error.message", "message", "error", "detail"} {
		if words, ok := place(answer, at).(string); ok && said == "" {
			said = ": " + a.ask.Hidden(words)
		}
	}
	status := fmt.Sprintf("status %d%s", came.Status, said)
	switch {
	case came.Tries > 0:
		return fmt.Errorf("%s (tried %s)", status, asking.Times(came.Tries))
	case came.Status == http.StatusUnauthorized || came.Status == http.StatusForbidden:
		return fmt.Errorf("%s: the portal wants a token, or another one: see token_file", status)
	case !isJSON:
		return fmt.Errorf("%s: the answer is no JSON: correct url or address", status)
	case came.Status != http.StatusOK || said != "":
		return errors.New(status)
	}
	return fmt.Errorf("%s: the answer has no list at %q: correct list", status, a.Config.Shape.List)
}

// decode reads JSON with its numbers as they are written.
func decode(text []byte, into *any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return d.Decode(into)
}

// place is what a place in a decoded answer holds; nil: nothing is there.
func place(value any, at string) any {
	if at == "" {
		return value
	}
	for name := range strings.SplitSeq(at, ".") {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// text is an id, which may be a number.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// count is a whole number of at least 0, which portals also write as a text.
func count(value any) (int64, error) {
	number, err := strconv.ParseInt(text(value), 10, 64)
	if err != nil || number < 0 {
		return 0, fmt.Errorf("%.40q is no count", fmt.Sprint(value))
	}
	return number, nil
}
