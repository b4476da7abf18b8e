package ckan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"footfall/internal/sources/asking"
)

// refusalError is an error that CKAN itself answers, or a page in its place.
type refusalError struct {
	status  int
	kind    string // CKAN's __type, such as "Authorization Error"; empty for a page
	message string
}

func (r *refusalError) Error() string {
	if r.kind == "" {
		return fmt.Sprintf("status %d: %s", r.status, r.message)
	}
	return fmt.Sprintf("status %d: %s: %s", r.status, r.kind, r.message)
}

// envelope is the form of all answers of the Action API.
type envelope struct {
	Success flag            `json:"success"`
	Result  result          `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// result decodes into what the caller gave without a copy of the text, which is megabytes long.
type result struct {
	into   any
	isHere bool
	err    error
}

// UnmarshalJSON keeps its error for later, since the answer as a whole is JSON.
func (r *result) UnmarshalJSON(data []byte) error {
	r.isHere, r.err = true, json.Unmarshal(data, r.into)
	return nil
}

// judge decodes the result in an answer, or says what the answer is instead: an error of CKAN's,
// or a page of whoever stands before it.
func judge(answer asking.Answer, into any) error {
	body := answer.Body
	e := envelope{Result: result{into: into}}
	if err := json.Unmarshal(body, &e); err == nil {
		switch {
		case bool(e.Success) && answer.Status == http.StatusOK && e.Result.isHere:
			if e.Result.err != nil {
				return fmt.Errorf("the result is not what CKAN answers: %w", e.Result.err)
			}
			return nil
		case len(e.Error) > 0:
			return apiError(answer.Status, e.Error)
		default:
			return &refusalError{status: answer.Status, message: "JSON without a result: is this the API of a CKAN?"}
		}
	}
	var bare string // CKAN answers an unknown action so
	if err := json.Unmarshal(body, &bare); err == nil {
		return &refusalError{status: answer.Status, kind: "Bad Request", message: excerpt(bare)}
	}
	kind, _, _ := strings.Cut(cmp.Or(answer.Header.Get("Content-Type"), "no content type"), ";")
	message := fmt.Sprintf("%s in place of JSON: %q", kind, firstWords(body))
	if strings.Contains(kind, "json") {
		message = fmt.Sprintf("broken JSON of %d bytes: %q", len(body), firstWords(body))
	}
	if answer.Moved != "" {
		message += ", after a redirect to " + answer.Moved
	}
	return &refusalError{status: answer.Status, message: message}
}

// apiError reads CKAN's error: a message, or the messages of each field that was wrong.
func apiError(status int, data json.RawMessage) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return &refusalError{status: status, kind: "Error", message: excerpt(string(data))}
	}
	var kind, message text
	_ = json.Unmarshal(fields["__type"], &kind)
	_ = json.Unmarshal(fields["message"], &message)
	if message == "" {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if name == "__type" {
				continue
			}
			var messages []string
			if json.Unmarshal(fields[name], &messages) != nil {
				messages = []string{string(fields[name])}
			}
			parts = append(parts, name+": "+strings.Join(messages, ", "))
		}
		message = text(strings.Join(parts, "; "))
	}
	return &refusalError{status: status, kind: cmp.Or(string(kind), "Error"), message: excerpt(string(message))}
}

var (
	titleTag = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	hidden   = regexp.MustCompile(`(?is)<(script|style)[^>]*>.*?</(script|style)>|<!--.*?-->`)
	anyTag   = regexp.MustCompile(`(?s)<[^>]*>`)
)

// firstWords is the title of a page, or else the start of its text.
func firstWords(body []byte) string {
	page := string(body[:min(len(body), 64<<10)])
	if title := titleTag.FindStringSubmatch(page); title != nil && strings.TrimSpace(title[1]) != "" {
		page = title[1]
	}
	page = anyTag.ReplaceAllString(hidden.ReplaceAllString(page, " "), " ")
	return excerpt(html.UnescapeString(page))
}

// excerpt is a text on one line of at most 200 characters.
func excerpt(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	if runes := []rune(s); len(runes) > 200 {
		s = string(runes[:200]) + " …"
	}
	return s
}
