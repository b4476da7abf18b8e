package searchconsole

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"footfall/internal/sources/counting"
)

const (
	token    = "an-invented-token"
	property = "https://data.example.org/"
)

// tool answers as Google does: clicks by day and page.
type tool struct {
	clicks   map[string]map[string]int
	fault    func(n int, q question, w http.ResponseWriter) bool
	requests []question
}

func (p *tool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	if r.URL.Path == "/token" {
		fmt.Fprintf(w, `{"access_token": %q, "expires_in": 3599, "token_type": "Bearer"}`, token)
		return
	}
	var q question
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		http.Error(w, `{"error": {"code": 400, "message": "unreadable"}}`, http.StatusBadRequest)
		return
	}
	p.requests = append(p.requests, q)
	switch {
	case r.URL.EscapedPath() != "/webmasters/v3/sites/https%3A%2F%2Fdata.example.org%2F/searchAnalytics/query":
		http.Error(w, "<html>not found</html>", http.StatusNotFound)
	case r.Header.Get("Authorization") != "Bearer "+token:
		w.WriteHeader(http.StatusUnauthorized)
	case p.fault != nil && p.fault(len(p.requests), q, w):
	default:
		p.answer(w, q)
	}
}

func (p *tool) answer(w http.ResponseWriter, q question) {
	type result struct {
		Keys   []string `json:"keys"`
		Clicks float64  `json:"clicks"`
	}
	sums := map[string]int{}
	for day, pages := range p.clicks {
		for page, clicks := range pages {
			switch {
			case day < q.Start || day > q.End:
			case q.Dimensions[0] == "date":
				sums[day] += clicks
			default:
				sums[page] += clicks
			}
		}
	}
	var rows []result
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		rows = append(rows, result{[]string{key}, float64(sums[key])})
	}
	slices.SortStableFunc(rows, func(a, b result) int { return int(b.Clicks - a.Clicks) })
	body := map[string]any{"responseAggregationType": "byPage"}
	if end := min(q.First+q.Limit, len(rows)); q.First < end {
		body["rows"] = rows[q.First:end]
	}
	_ = json.NewEncoder(w).Encode(body)
}

// days are three of the site; of the fourth nothing is counted up yet.
func days() *tool {
	p := &tool{clicks: map[string]map[string]int{}}
	for i, day := range []string{"2026-09-27", "2026-09-28", "2026-09-29"} {
		p.clicks[day] = map[string]int{
			"https://data.example.org/dataset/otters": 5 + i, "https://data.example.org/dataset/badgers?page=2": 2,
			"https://staging.example.org/dataset/otters": 1, "https://data.example.org/dataset/moles": 0, "(not set)": 1,
		}
	}
	return p
}

// keyFile is that of an account which signs in at the server. Its key is made once.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func keyFile(t *testing.T, server string) string {
	t.Helper()
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "reader@project.example.com", "token_uri": server + "/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// source asks a server that answers as the tool does.
func source(t *testing.T, p http.Handler, known counting.Known) *Source {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	return &Source{
		Config: Config{
			Name: "search", URL: server.URL, Site: property, SiteURL: "https://data.example.org/", Hosts: []string{"staging.example.org"},
			Key: keyFile(t, server.URL), PageSize: 2, Retries: 1,
		},
		Plan:  counting.Plan{Since: time.Date(2026, 9, 27, 0, 0, 0, 0, time.UTC), FinalDays: FinalDays, Oldest: Oldest, Zone: zone},
		Known: known,
		Now:   func() time.Time { return time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC) },
		pause: func(time.Duration) time.Duration { return 0 },
	}
}
