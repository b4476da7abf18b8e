package matomo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"footfall/internal/sources/counting"
)

const token = "0123456789abcdef0123456789abcdef"

type object = map[string]any

// hit is a URL, or a site that visits came from, and how often.
type hit struct {
	label, url             string
	visitors, visits, hits int
}

// date is what the server counted on a day.
type date struct {
	pages, downloads, outlinks []hit
	websites, engines, socials []hit
	ai                         []hit
	direct, campaign           int
}

// stats is an invented Matomo on loopback, whose answers have the shape of version 5.
type stats struct {
	mu       sync.Mutex
	days     map[string]*date
	timezone string
	created  string
	limit    int  // rows beyond it are folded into Others; 0: none are
	cut      int  // rows beyond it are not sent, whatever is asked for; 0: all are
	isOld    bool // no distinct visitors, numbers as texts, no referrer_type
	// fault answers in place of Matomo where it returns true; n counts the requests of its method.
	fault    func(n int, form url.Values, w http.ResponseWriter) bool
	requests []string       // method and date
	asked    map[string]int // by method
	leaks    []string       // places where the token was and should not be
	server   *httptest.Server
}

func newStats(t *testing.T) *stats {
	t.Helper()
	s := &stats{days: map[string]*date{}, timezone: "Europe/Berlin", created: "2025-01-01 00:00:00", asked: map[string]int{}}
	s.server = httptest.NewServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// fill adds a day with something of all kinds.
func (s *stats) fill(days ...string) *stats {
	for _, day := range days {
		s.days[day] = &date{
			pages: []hit{
				{"/dataset/otters", "https://data.example.org/dataset/otters", 4, 5, 9},
				{"/dataset/otters?tab=2", "https://data.example.org/dataset/otters?tab=2", 1, 1, 1},
				{"/dataset/herons", "http://staging.example.org/dataset/herons", 2, 2, 2},
				{"Page URL not defined", "", 1, 1, 3},
			},
			downloads: []hit{{"data.example.org/otters.csv", "https://data.example.org/otters.csv", 3, 3, 4}},
			outlinks:  []hit{{"files.example.net/herons.zip", "https://files.example.net/herons.zip?a=1", 2, 2, 2}},
			websites:  []hit{{"www.example.com", "", 2, 2, 0}, {"192.0.2.7", "", 1, 1, 0}},
			engines:   []hit{{"Google", "http://google.com", 3, 4, 0}},
			socials:   []hit{{"Mastodon", "", 1, 1, 0}},
			ai:        []hit{{"ChatGPT", "", 1, 1, 0}},
			direct:    2, campaign: 1,
		}
	}
	return s
}

func (s *stats) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(r.URL.String(), token) || strings.Contains(strings.Join(r.Header["Authorization"], ""), token) {
		s.leaks = append(s.leaks, r.URL.String())
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	form := r.PostForm
	method, day := form.Get("method"), form.Get("date")
	s.requests = append(s.requests, strings.TrimSpace(method+" "+day))
	s.asked[method]++
	if s.fault != nil && s.fault(s.asked[method], form, w) {
		return
	}
	switch {
	case r.URL.Path != "/index.php" || form.Get("module") != "API" || form.Get("format") != "JSON":
		w.WriteHeader(http.StatusNotFound)
	case form.Get("token_auth") != token:
		send(w, object{"result": "error", "message": "You can't access this resource as it requires 'view' access for the website id = 1."})
	case form.Get("idSite") != "1":
		send(w, object{"result": "error", "message": "An unexpected website was found in the request: website id was set to '" + form.Get("idSite") + "' ."})
	case method == "SitesManager.getSiteFromId":
		send(w, object{"idsite": 1, "name": "Open data", "main_url": "https://data.example.org", "timezone": s.timezone, "ts_created": s.created})
	default:
		send(w, s.answer(method, day, form))
	}
}

func (s *stats) answer(method, day string, form url.Values) any {
	d := s.days[day]
	isKnown := d != nil
	if !isKnown {
		d = &date{}
	}
	number := func(n int) any {
		if s.isOld {
			return json.Number(jsonText(n)).String()
		}
		return n
	}
	visits := d.direct + d.campaign + sum(d.websites).visits + sum(d.engines).visits + sum(d.socials).visits + sum(d.ai).visits
	switch method {
	case "Actions.get":
		if !isKnown && s.isOld {
			return []any{}
		}
		return object{"nb_pageviews": number(sum(d.pages).hits), "nb_downloads": number(sum(d.downloads).hits), "nb_outlinks": number(sum(d.outlinks).hits), "avg_time_generation": "0.5s"}
	case "VisitsSummary.get":
		return object{"nb_visits": number(visits), "bounce_rate": "40%"}
	case "Actions.getPageUrls":
		return s.rows(d.pages, form)
	case "Actions.getDownloads":
		return s.rows(d.downloads, form)
	case "Actions.getOutlinks":
		return s.rows(d.outlinks, form)
	case "Referrers.getWebsites":
		return s.rows(d.websites, form)
	case "Referrers.getSearchEngines":
		return s.rows(d.engines, form)
	case "Referrers.getSocials":
		return s.rows(d.socials, form)
	case "Referrers.getAIAssistants":
		return s.rows(d.ai, form)
	case "Referrers.getReferrerType":
		rows := []object{}
		for _, row := range []struct {
			kind  int
			label string
			sum   hit
		}{
			{1, "Direct Entry", hit{visitors: d.direct, visits: d.direct}},
			{2, "Search Engines", sum(d.engines)},
			{3, "Websites", sum(d.websites)},
			{6, "Campaigns", hit{visitors: d.campaign, visits: d.campaign}},
			{7, "Social Networks", sum(d.socials)},
			{8, "AI Assistants", sum(d.ai)},
		} {
			if row.sum.visits == 0 {
				continue
			}
			o := object{"label": row.label, "nb_visits": number(row.sum.visits), "nb_uniq_visitors": number(row.sum.visitors), "referrer_type": row.kind}
			if s.isOld {
				delete(o, "nb_uniq_visitors")
				delete(o, "referrer_type")
			}
			rows = append(rows, o)
		}
		return rows
	}
	return object{"result": "error", "message": "The method '" + method + "' does not exist or is not available in the module."}
}

// rows are those of a report, of which Matomo sends 100 where no limit is asked for.
func (s *stats) rows(hits []hit, form url.Values) any {
	rows := []object{}
	folded := hit{}
	for i, h := range hits {
		if s.limit > 0 && i >= s.limit {
			folded = sum([]hit{folded, h})
			continue
		}
		o := object{"label": h.label, "nb_visits": h.visits, "nb_uniq_visitors": h.visitors, "nb_hits": h.hits}
		if s.isOld {
			delete(o, "nb_uniq_visitors")
			o["nb_visits"] = jsonText(h.visits)
		}
		if h.url != "" {
			o["url"] = h.url
		}
		rows = append(rows, o)
	}
	if folded.visits > 0 {
		label := "Others"
		if form.Get("language") != "en" {
			label = "Andere"
		}
		if form.Get("flat") == "1" {
			label = "dataset/" + label
		}
		rows = append(rows, object{"label": label, "nb_visits": folded.visits, "nb_hits": folded.hits})
	}
	most := 100
	if form.Get("filter_limit") == "-1" {
		most = len(rows)
	}
	if s.cut > 0 {
		most = min(most, s.cut)
	}
	return rows[:min(most, len(rows))]
}

func sum(hits []hit) (total hit) {
	for _, h := range hits {
		total.visitors, total.visits, total.hits = total.visitors+h.visitors, total.visits+h.visits, total.hits+h.hits
	}
	return total
}

func jsonText(n int) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func send(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value)
}

// source asks the server, at a clock, from a day on.
func (s *stats) source(t *testing.T, now, since string) *Source {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return &Source{
		Config: Config{
			Name: "stats", URL: s.server.URL + "/", SiteID: "1", SiteURL: "https://data.example.org", Hosts: []string{"staging.example.org"},
			Token: token, MaxRetries: 2, Plan: counting.Plan{Since: at(t, since), Zone: berlin, FinalDays: 1},
		},
		Now:   func() time.Time { return at(t, now).Add(6 * time.Hour) },
		pause: func(time.Duration) time.Duration { return 0 },
	}
}

func at(t *testing.T, day string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// times is how often a method was asked.
func (s *stats) times(method string) int {
	return len(slices.DeleteFunc(slices.Clone(s.requests), func(r string) bool { return !strings.HasPrefix(r, method) }))
}
