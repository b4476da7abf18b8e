package counters

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"footfall/internal/sources/counting"
	"footfall/internal/sources/sourcestest"
)

const token = "an-invented-token"

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

type object = map[string]any

// portal answers as an Opendatasoft does: its datasets by id, page by page, with their downloads
// where it is asked for them.
type portal struct {
	downloads map[string]any // by id; nil: the portal has none to tell
	isPrivate bool           // it wants the token
	requests  []string
	fault     func(n int, w http.ResponseWriter, r *http.Request) bool
}

func newPortal(datasets int) *portal {
	p := &portal{downloads: map[string]any{}}
	for n := range datasets {
		p.downloads[fmt.Sprintf("dataset-%02d", n)] = n
	}
	return p
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.requests = append(p.requests, r.URL.RequestURI())
	switch {
	case p.fault != nil && p.fault(len(p.requests), w, r):
	case r.URL.Path != "/api/explore/v2.1/catalog/datasets":
		http.Error(w, "<html>not found</html>", http.StatusNotFound)
	case p.isPrivate && r.Header.Get("Authorization") != "Apikey "+token:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error_code":"UnauthorizedException","message":"You need to be authenticated."}`)
	default:
		p.answer(w, r, 0)
	}
}

// answer is a page that begins some entries later than it was asked for.
func (p *portal) answer(w http.ResponseWriter, r *http.Request, later int) {
	q := r.URL.Query()
	limit, _ := strconv.Atoi(q.Get("limit"))
	offset, _ := strconv.Atoi(q.Get("offset"))
	results := []object{}
	ids := p.ids()
	for _, id := range ids[min(offset+later, len(ids)):min(offset+later+limit, len(ids))] {
		metas := object{"default": object{"title": "Title of " + id}}
		if q.Get("include_app_metas") == "true" {
			metas["explore"] = object{"download_count": p.downloads[id], "api_call_count": 900, "popularity_score": 3.5}
		}
		results = append(results, object{"dataset_id": id, "has_records": true, "metas": metas})
	}
	_ = json.NewEncoder(w).Encode(object{"total_count": len(ids), "results": results}) // a reader that went away is the test's doing
}

func (p *portal) ids() (ids []string) {
	for id := range p.downloads {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// reader is a source of a server, and what a warehouse knows of it.
type reader struct {
	t      *testing.T
	config Config
	known  counting.Known
}

func newReader(t *testing.T, server http.Handler) *reader {
	t.Helper()
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	shape := Preset("opendatasoft")
	shape.PageSize = 4
	return &reader{
		t: t, config: Config{
			Name: "city", URL: s.URL + "/", SiteURL: "https://data.example.org/", Shape: shape, Retries: 1, MinShare: 0.9,
		},
		known: counting.Known{Pulls: map[string]int64{}, Periods: map[counting.Period]counting.State{}, Last: counting.Last{}},
	}
}

// at is a fresh source so many days after the first noon.
func (r *reader) at(days int) *Source {
	known := r.known
	known.Pulls = maps.Clone(known.Pulls)
	return &Source{
		Config: r.config, Known: known,
		Now:   func() time.Time { return noon.AddDate(0, 0, days) },
		pause: func(time.Duration) time.Duration { return 0 },
	}
}

// read loads what is offered, as the real loader does. It returns the counters, and the errors.
func (r *reader) read(days int) (lines, errs []string) {
	r.t.Helper()
	for unit, err := range r.at(days).Units(r.t.Context()) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		tables := sourcestest.Drain(r.t, unit)
		pull := tables["ledger.count_pull"][0]
		metric, day := pull["metric"].(string), pull["period_start"].(time.Time)
		r.known.Periods[counting.Period{Metric: metric, Start: day, End: day}] = counting.State{PulledAt: pull["pulled_at"].(time.Time)}
		r.known.Pulls[metric] = unit.Start + 1
		r.known.Last[metric] = map[string]int64{}
		urls := map[any]string{}
		for _, row := range tables["raw.url"] {
			urls[row["url_id"]] = strings.TrimSuffix(fmt.Sprint(row["host"], row["path"], "?", row["query"]), "?")
		}
		for _, row := range tables["raw.counter_reading"] {
			lines = append(lines, fmt.Sprintf("%s %s %s %d %s as %s", day.Format(time.DateOnly), metric, row["unit"], row["value"], urls[row["url_id"]], row["counted_as"]))
			r.known.Last[metric][counting.Key(counting.Address, fmt.Sprint(row["url_id"]))] = row["value"].(int64)
		}
		if pull["is_whole"] != true || pull["hides_tail"] != true {
			r.t.Errorf("the pull of %s is whole: %v, hides its tail: %v, want both", metric, pull["is_whole"], pull["hides_tail"])
		}
	}
	slices.Sort(lines)
	return lines, errs
}

// refuse wants an error, no unit, and no token in the error.
func (r *reader) refuse(days int, texts ...string) {
	r.t.Helper()
	lines, errs := r.read(days)
	if len(lines) > 0 || len(errs) != 1 {
		r.t.Fatalf("%d counters and %d errors, want one error alone: %q", len(lines), len(errs), errs)
	}
	for _, text := range append(texts, "city: ") {
		if !strings.Contains(errs[0], text) {
			r.t.Errorf("the error does not say %q: %s", text, errs[0])
		}
	}
	if strings.Contains(errs[0], token) {
		r.t.Errorf("the error shows the token: %s", errs[0])
	}
}
