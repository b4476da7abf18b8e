package ga4

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
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"footfall/internal/sources/counting"
	"footfall/internal/traffic"
)

const token = "ya29.invented-token"

type object = map[string]any

// hit is an event: dimensions, people and how often.
type hit struct {
	event, host, page, link, source, medium string
	outbound                                bool
	users, events                           int
}

// google is an invented Data API on loopback, with Google's sign-in beside it.
type google struct {
	mu       sync.Mutex
	key      string // text of a service account's key file
	days     map[string][]hit
	timeZone string
	metadata object // more of it, in each answer
	fault    func(n int, q asked, w http.ResponseWriter) bool
	requests int
	asked    []string // dimensions, date and offset
	leaks    []string // where the token or the key were and should not be
	server   *httptest.Server
}

// asked is what a request wants.
type asked struct {
	dimensions, metrics []string
	filters             map[string]string
	date                string
	limit, offset       int
	isOrdered           bool
}

// by is the dimensions of a request as one word.
func (a asked) by() string { return strings.Join(a.dimensions, ",") }

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func newGoogle(t *testing.T) *google {
	t.Helper()
	g := &google{days: map[string][]hit{}, timeZone: "Europe/London"}
	g.server = httptest.NewServer(g)
	t.Cleanup(g.server.Close)
	der, err := x509.MarshalPKCS8PrivateKey(key())
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(object{
		"type": "service_account", "client_email": "reader@project.example.com", "token_uri": g.server.URL + "/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	g.key = string(file)
	return g
}

// fill adds a day with something of all kinds.
func (g *google) fill(days ...string) *google {
	const host = "data.example.org"
	for _, day := range days {
		g.days[day] = []hit{
			{event: "page_view", host: host, page: "/dataset/otters", source: "google", medium: "organic", users: 4, events: 6},
			{event: "page_view", host: host, page: "/dataset/otters?tab=2", source: "(direct)", medium: "(none)", users: 1, events: 1},
			{event: "page_view", host: "staging.example.org", page: "/dataset/herons", source: "www.example.com", medium: "referral", users: 2, events: 2},
			{event: "page_view", host: "(not set)", page: "(not set)", source: "(not set)", medium: "(not set)", users: 1, events: 1},
			{event: "file_download", host: host, link: "https://data.example.org/otters.csv", users: 3, events: 4},
			{event: "file_download", host: host, link: "", users: 1, events: 1},
			{event: "click", host: host, link: "https://files.example.net/herons.zip", outbound: true, users: 2, events: 2},
			{event: "click", host: host, link: "https://data.example.org/about", users: 9, events: 9},
			{event: "user_engagement", host: host, page: "/dataset/otters", users: 5, events: 50},
		}
	}
	return g
}

func (g *google) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if strings.Contains(r.URL.String(), token) || strings.Contains(r.URL.String(), "PRIVATE") {
		g.leaks = append(g.leaks, r.URL.String())
	}
	if r.URL.Path == "/token" {
		send(w, http.StatusOK, object{"access_token": token, "expires_in": 3599, "token_type": "Bearer"})
		return
	}
	q, err := read(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", err.Error())
		return
	}
	g.requests++
	g.asked = append(g.asked, fmt.Sprint(q.by(), " ", q.date, " ", q.offset))
	switch {
	case g.fault != nil && g.fault(g.requests, q, w):
	case r.Header.Get("Authorization") != "Bearer "+token:
		refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
	case r.URL.Path != "/v1beta/properties/123:runReport":
		refuse(w, http.StatusForbidden, "PERMISSION_DENIED", "User does not have sufficient permissions for this property.")
	default:
		send(w, http.StatusOK, g.answer(q))
	}
}

// read reads the members of a request that the source uses, as Google writes them.
func read(r *http.Request) (asked, error) {
	type names []struct{ Name string }
	var body struct {
		DateRanges          []struct{ StartDate, EndDate string }
		Dimensions, Metrics names
		Limit, Offset       string
		DimensionFilter     struct {
			AndGroup struct {
				Expressions []struct {
					Filter struct {
						FieldName    string
						StringFilter struct{ MatchType, Value string }
					}
				}
			}
		}
		OrderBys []struct {
			Dimension struct{ DimensionName string }
		}
		ReturnPropertyQuota bool
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return asked{}, err
	}
	if len(body.DateRanges) != 1 || body.DateRanges[0].StartDate != body.DateRanges[0].EndDate {
		return asked{}, fmt.Errorf("want one day")
	}
	q := asked{date: body.DateRanges[0].StartDate, filters: map[string]string{}}
	for _, d := range body.Dimensions {
		q.dimensions = append(q.dimensions, d.Name)
	}
	for _, m := range body.Metrics {
		q.metrics = append(q.metrics, m.Name)
	}
	for _, e := range body.DimensionFilter.AndGroup.Expressions {
		q.filters[e.Filter.FieldName] = e.Filter.StringFilter.Value
	}
	var err error
	if q.limit, err = strconv.Atoi(body.Limit); err != nil {
		return q, err
	}
	q.offset, err = strconv.Atoi(body.Offset)
	q.isOrdered = len(body.OrderBys) == len(body.Dimensions)
	return q, err
}

func (g *google) answer(q asked) object {
	groups := map[string][2]int{}
	for _, h := range g.days[q.date] {
		path, _, _ := strings.Cut(h.page, "?")
		values := map[string]string{
			"eventName": h.event, "hostName": h.host, "pagePathPlusQueryString": h.page, "pagePath": path, "linkUrl": h.link,
			"sessionSource": h.source, "sessionMedium": h.medium, "outbound": strconv.FormatBool(h.outbound),
		}
		if slices.ContainsFunc([]string{"eventName", "outbound"}, func(f string) bool { return q.filters[f] != "" && q.filters[f] != values[f] }) {
			continue
		}
		var name []string
		for _, d := range q.dimensions {
			name = append(name, values[d])
		}
		sum := groups[strings.Join(name, "\x00")]
		groups[strings.Join(name, "\x00")] = [2]int{sum[0] + h.users, sum[1] + h.events}
	}
	var rows []object
	for name, sum := range groups {
		var dimensions, metrics []object
		for value := range strings.SplitSeq(name, "\x00") {
			dimensions = append(dimensions, object{"value": value})
		}
		for _, m := range q.metrics {
			metrics = append(metrics, object{"value": strconv.Itoa(map[string]int{"totalUsers": sum[0], "eventCount": sum[1]}[m])})
		}
		rows = append(rows, object{"dimensionValues": dimensions, "metricValues": metrics})
	}
	if q.isOrdered { // else as the map has them, which is another order each time
		slices.SortFunc(rows, func(a, b object) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	metadata := object{"currencyCode": "GBP", "timeZone": g.timeZone}
	maps.Copy(metadata, g.metadata)
	answer := object{
		"metadata": metadata, "kind": "analyticsData#runReport",
		"propertyQuota": object{"tokensPerHour": object{"consumed": 2, "remaining": 39990}, "tokensPerDay": object{"consumed": 2, "remaining": 199990}},
	}
	if len(rows) > 0 { // rows and rowCount are left out of an empty answer
		answer["rowCount"] = len(rows)
		answer["rows"] = rows[min(q.offset, len(rows)):min(q.offset+q.limit, len(rows))]
	}
	return answer
}

func send(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func refuse(w http.ResponseWriter, code int, status, message string) bool {
	send(w, code, object{"error": object{"code": code, "message": message, "status": status}})
	return true
}

// source asks the server, at a clock, from a day on.
func (g *google) source(t *testing.T, now, since string) *Source {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	referrers, err := traffic.ReadReferrers(strings.NewReader("domain,medium,name\ngoogle.*,search,Google\n"), "referrers.csv")
	if err != nil {
		t.Fatal(err)
	}
	return &Source{
		Config: Config{
			Name: "stats", URL: g.server.URL, Property: "123", SiteURL: "https://data.example.org", Hosts: []string{"staging.example.org"},
			Key: g.key, MaxRetries: 2, Referrers: referrers, Plan: counting.Plan{Since: at(t, since), Zone: london, FinalDays: FinalDays},
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
