package plausible

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"footfall/internal/sources/counting"
)

const token = "an-invented-key"

// event is what somebody did on the site.
type event struct {
	day, goal, host, page, source, url, visitor string
}

// tool answers as Plausible does: what it knows of its events, by any dimensions.
type tool struct {
	events   []event
	zone     string // what the answers say of their days
	fault    func(n int, q question, w http.ResponseWriter) bool
	requests []question
}

func (p *tool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q question
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		http.Error(w, `{"error":"unreadable"}`, http.StatusBadRequest)
		return
	}
	p.requests = append(p.requests, q)
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path != "/api/v2/query" || r.Method != http.MethodPost:
		http.Error(w, "<html>not found</html>", http.StatusNotFound)
	case r.Header.Get("Authorization") != "Bearer "+token || q.Site != "data.example.org":
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"Invalid API key or site ID. Please make sure you're using a valid API key with access to the site you've requested."}`)
	case p.fault != nil && p.fault(len(p.requests), q, w):
	default:
		p.answer(w, q)
	}
}

func (p *tool) answer(w http.ResponseWriter, q question) {
	goal := ""
	for _, filter := range q.Filters {
		if words, ok := filter.([]any); ok && words[1] == "event:goal" {
			goal, _ = words[2].([]any)[0].(string)
		}
	}
	visitors, counts := map[string]map[string]bool{}, map[string]int{}
	for _, e := range p.events {
		if e.goal != goal || e.day < q.Range[0] || e.day > q.Range[1] {
			continue
		}
		values := map[string]string{
			"time:day": e.day, "event:hostname": e.host, "event:page": e.page, "visit:source": e.source, "event:props:url": e.url,
		}
		var parts []string
		for _, dimension := range q.Dimensions {
			parts = append(parts, values[dimension])
		}
		key := strings.Join(parts, "\x00")
		if visitors[key] == nil {
			visitors[key] = map[string]bool{}
		}
		visitors[key][e.visitor] = true
		counts[key]++
	}
	type result struct {
		Dimensions []string `json:"dimensions"`
		Metrics    []int    `json:"metrics"`
	}
	results := []result{}
	for key := range counts {
		results = append(results, result{strings.Split(key, "\x00"), []int{len(visitors[key]), counts[key]}})
	}
	slices.SortFunc(results, func(a, b result) int { return cmp.Compare(fmt.Sprint(a.Dimensions), fmt.Sprint(b.Dimensions)) })
	total := len(results)
	results = results[min(q.Pagination.Offset, total):min(q.Pagination.Offset+q.Pagination.Limit, total)]
	_ = json.NewEncoder(w).Encode(map[string]any{
		"results": results, "meta": map[string]any{"total_rows": total},
		"query": map[string]any{"date_range": []string{q.Range[0] + "T00:00:00" + p.zone, q.Range[1] + "T23:59:59" + p.zone}},
	})
}

// days are two of the site: pages, files and links, by four visitors.
func days() *tool {
	p := &tool{zone: "+00:00"}
	see := func(day, visitor, source, host, page string) {
		p.events = append(p.events, event{day: day, visitor: visitor, source: source, host: host, page: page})
	}
	click := func(day, visitor, goal, url string) {
		p.events = append(p.events, event{day: day, visitor: visitor, goal: goal, url: url})
	}
	for _, day := range []string{"2026-09-29", "2026-09-30"} {
		see(day, "a", "Google", "data.example.org", "/dataset/otters")
		see(day, "a", "Google", "data.example.org", "/dataset/otters")
		see(day, "b", "Direct / None", "data.example.org", "/dataset/otters")
		see(day, "c", "www.example.net", "data-example-org.translate.goog", "/dataset/otters")
		see(day, "d", "Google", "staging.example.org", "/dataset/badgers")
		see(day, "d", "Google", "www.example.com", "/dataset/badgers")
		click(day, "a", "File Download", "https://data.example.org/dataset/otters/resource/1/download/otters.csv")
		click(day, "a", "File Download", "https://data.example.org/dataset/otters/resource/1/download/otters.csv")
		click(day, "b", "File Download", "https://data.example.org/dataset/otters/resource/1/download/otters.csv")
		click(day, "b", "Outbound Link: Click", "https://files.example.net/badgers.zip?utm_source=portal")
		click(day, "b", "Outbound Link: Click", "mailto:somebody@example.org")
	}
	return p
}

// source asks a server that answers as the tool does, on the day after its last.
func source(t *testing.T, p http.Handler, known counting.Known) *Source {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return &Source{
		Config: Config{
			Name: "stats", URL: server.URL, Site: "data.example.org", SiteURL: "https://data.example.org/", Hosts: []string{"staging.example.org"},
			Token: token, PageSize: 2, Retries: 1,
		},
		Plan:  counting.Plan{Since: time.Date(2026, 9, 29, 0, 0, 0, 0, time.UTC), FinalDays: FinalDays},
		Known: known,
		Now:   func() time.Time { return time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC) },
		pause: func(time.Duration) time.Duration { return 0 },
	}
}
