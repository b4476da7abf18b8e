package counters

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/sourcestest"
)

func TestSuite(t *testing.T) {
	p := newPortal(10)
	r := newReader(t, p)
	sourcestest.Run(t, func(*testing.T) sources.Source { return r.at(0) })
}

// TestPresets asks servers that answer as each system does.
func TestPresets(t *testing.T) {
	cases := map[string]struct {
		site, siteURL string
		answers       map[string]string // by what is asked
		want          string
	}{
		"arcgis-hub": {
			"orgid:aBc", "https://maps.example.org/",
			map[string]string{
				"/sharing/rest/search?f=json&q=orgid%3AaBc&num=100&start=1&sortField=created&sortOrder=asc": `{"query":"orgid:aBc","total":2,"start":1,"num":100,"nextStart":-1,
					"results":[{"id":"0123456789abcdef0123456789abcdef","title":"Trees","type":"Feature Service","numViews":41},{"id":"fedcba9876543210fedcba9876543210","title":"Benches","numViews":0}]}`,
			},
			`2026-10-01 pages events 0 maps.example.org/datasets/fedcba9876543210fedcba9876543210 as fedcba9876543210fedcba9876543210
2026-10-01 pages events 41 maps.example.org/datasets/0123456789abcdef0123456789abcdef as 0123456789abcdef0123456789abcdef`,
		},
		"opendatasoft": {
			"", "https://data.example.org",
			map[string]string{
				"/api/explore/v2.1/catalog/datasets?include_app_metas=true&order_by=dataset_id&limit=100&offset=0": `{"total_count":1,"results":[{"dataset_id":"trees",
					"metas":{"default":{"title":"Trees"},"explore":{"download_count":17,"api_call_count":290,"attachment_download_count":0,"reuse_count":0,"popularity_score":2.1}}}]}`,
			},
			"2026-10-01 downloads events 17 data.example.org/explore/dataset/trees/ as trees",
		},
		"socrata": {
			"data.example.org", "https://data.example.org",
			map[string]string{
				"/api/catalog/v1?domains=data.example.org&search_context=data.example.org&order=dataset_id&limit=100&offset=0": `{"results":[
					{"resource":{"id":"aaaa-1111","name":"Trees","page_views":{"page_views_last_week":1,"page_views_last_month":4,"page_views_total":52,"page_views_total_log":5.7},"download_count":9},"permalink":"https://data.example.org/d/aaaa-1111"},
					{"resource":{"id":"bbbb-2222","name":"A map","page_views":{"page_views_total":3},"download_count":null},"permalink":"https://data.example.org/d/bbbb-2222"}],"resultSetSize":2}`,
			},
			`2026-10-01 downloads events 9 data.example.org/d/aaaa-1111 as aaaa-1111
2026-10-01 pages events 3 data.example.org/d/bbbb-2222 as bbbb-2222
2026-10-01 pages events 52 data.example.org/d/aaaa-1111 as aaaa-1111`,
		},
		"dataverse": {
			"", "https://data.example.org",
			map[string]string{
				"/api/info/metrics/filedownloads": `{"status":"OK","data":[{"id":12,"pid":"doi:10.99999/INVENTED/A","count":8},{"id":13,"pid":"","count":1}]}`,
			},
			`2026-10-01 downloads events 1 PORTAL/api/access/datafile/13 as 13
2026-10-01 downloads events 8 PORTAL/api/access/datafile/12 as 12`,
		},
	}
	if len(cases) != len(Presets()) {
		t.Errorf("%d presets are tried, of %q", len(cases), Presets())
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			r := newReader(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept") != "application/json" {
					t.Errorf("asked for %q", r.Header.Get("Accept"))
				}
				answer, isKnown := test.answers[r.URL.RequestURI()]
				if !isKnown {
					t.Errorf("asked for %s", r.URL.RequestURI())
				}
				fmt.Fprint(w, answer)
			}))
			r.config.Shape, r.config.Site, r.config.SiteURL = Preset(name), test.site, test.siteURL
			lines, errs := r.read(0)
			host := strings.TrimSuffix(strings.TrimPrefix(r.config.URL, "http://"), "/")
			want := strings.Split(strings.ReplaceAll(test.want, "PORTAL", host), "\n")
			if diff := cmp.Diff(want, lines); diff != "" || len(errs) > 0 {
				t.Errorf("%q; counters (-want +got):\n%s", errs, diff)
			}
			r.config.Shape.Check(func(key, format string, args ...any) { t.Errorf("%s: "+format, append([]any{key}, args...)...) })
		})
	}
}

func TestReadings(t *testing.T) {
	p := newPortal(9)
	r := newReader(t, p)
	first, _ := r.read(0)
	if len(first) != 9 || len(p.requests) != 3 {
		t.Fatalf("%d counters by %d requests, want 9 by 3", len(first), len(p.requests))
	}
	if again, errs := r.read(0); len(again)+len(errs) > 0 || len(p.requests) != 3 {
		t.Errorf("read again on the same day: %q, %q", again, errs)
	}
	if still, errs := r.read(1); len(still)+len(errs) > 0 {
		t.Errorf("read while nothing rose: %q, %q", still, errs)
	}
	p.downloads["dataset-03"] = 5
	later, errs := r.read(2)
	if want := "2026-10-03 downloads events 5 data.example.org/explore/dataset/dataset-03/ as dataset-03"; len(errs) > 0 || !strings.Contains(strings.Join(later, "\n"), want) {
		t.Errorf("%q, want %q in\n%s", errs, want, strings.Join(later, "\n"))
	}
	r.refuse(10, "no counter has risen since 2026-10-03", "add until:")
	r.config.Until = noon.Truncate(24*time.Hour).AddDate(0, 0, 9)
	if retired, errs := r.read(10); len(retired)+len(errs) > 0 {
		t.Errorf("after its last day: %q, %q", retired, errs)
	}
	p.downloads["dataset-04"] = 50
	if last, errs := r.read(9); len(last) != 9 || len(errs) > 0 {
		t.Errorf("on its last day: %q, %q", last, errs)
	}
}

// TestFaults lets a portal fail while it is read. The run after it leaves what one without the
// fault would have.
func TestFaults(t *testing.T) {
	good := newPortal(9)
	good.isPrivate = true
	answer := func(status int, retryAfter, body string) func(int, http.ResponseWriter, *http.Request) bool {
		return func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("offset") == "0" {
				return false
			}
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return true
		}
	}
	smooth := newReader(t, good)
	smooth.config.Token = token
	want, _ := smooth.read(0)
	cases := map[string]struct {
		fault func(n int, w http.ResponseWriter, r *http.Request) bool
		want  []string // in the error of the first run; none: it comes to a good end
	}{
		"429 without Retry-After":  {answer(429, "", `<html>slow down</html>`), []string{"status 429", "tried 2 times"}},
		"429 with Retry-After":     {answer(429, "20", `{"message":"slow down"}`), []string{"status 429: slow down"}},
		"429 for an hour":          {answer(429, "3600", ``), []string{"run again later"}},
		"an error with status 200": {answer(200, "", `{"error":{"code":498,"message":"Invalid token `+token+`","details":[]}}`), []string{"status 200: Invalid token [token]"}},
		"a page of HTML":           {answer(200, "", `<html>Sign in</html>`), []string{"no JSON"}},
		"another form":             {answer(200, "", `{"datasets":[]}`), []string{`no list at "results"`}},
		"nothing at all":           {answer(200, "", ``), []string{"no JSON"}},
		"an empty answer":          {answer(200, "", `{"total_count":9,"results":[]}`), []string{"counts 9 entries, and 4 came", "3 times over"}},
		"another number":           {answer(200, "", `{"total_count":4,"results":[]}`), []string{"had 9 entries, then 4"}},
		"no number":                {answer(200, "", `{"results":[]}`), []string{"total_count", "correct total"}},
		"a count below zero":       {answer(200, "", `{"total_count":9,"results":[{"dataset_id":"x","metas":{"explore":{"download_count":-1}}}]}`), []string{"entry x", `"-1" is no count`}},
		"no id":                    {answer(200, "", `{"total_count":9,"results":[{"name":"x"}]}`), []string{"entry 1", "no id at dataset_id"}},
		"refused":                  {answer(403, "", `{"message":"no"}`), []string{"status 403", "token_file"}},
		"a list that is none":      {answer(404, "", `{"total_count":9,"results":[]}`), []string{"status 404"}},
		"a connection cut half-way": {func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("offset") == "0" {
				return false
			}
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"total_count":9,"results":[{"dataset`)
			return true
		}, []string{"unexpected EOF"}},
		"pages that shift": {func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("offset") != "4" {
				return false
			}
			good.answer(w, r, -1) // the last entry of the page before comes again
			return true
		}, []string{"dataset-03 came twice", "3 times over"}},
		"pages that skip": {func(_ int, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("offset") == "0" {
				return false
			}
			good.answer(w, r, 1)
			return true
		}, []string{"counts 9 entries, and 8 came"}},
		"pages that shift once": {func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n > 3 || r.URL.Query().Get("offset") != "4" {
				return false
			}
			good.answer(w, r, -1)
			return true
		}, nil},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			good.requests, good.fault = nil, test.fault
			r := newReader(t, good)
			r.config.Token = token
			if len(test.want) > 0 {
				r.refuse(0, test.want...)
				good.fault = nil
			}
			got, errs := r.read(0)
			if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
				t.Errorf("%q; after a run without the fault (-smooth +faulty):\n%s", errs, diff)
			}
		})
	}
}

// A count that the portal has corrected, or an entry that comes and goes, is what the next reading says.
func TestWhatChangesLater(t *testing.T) {
	p := newPortal(20)
	r := newReader(t, p)
	r.read(0)
	p.downloads["dataset-05"], p.downloads["dataset-06"] = 1, 60
	delete(p.downloads, "dataset-07")
	p.downloads["new"] = 0
	got, errs := r.read(1)
	text := strings.Join(got, "\n")
	for _, want := range []string{" 1 data.example.org/explore/dataset/dataset-05/", " 60 data.example.org/explore/dataset/dataset-06/", " 0 data.example.org/explore/dataset/new/"} {
		if !strings.Contains(text, want) || strings.Contains(text, "dataset-07") || len(errs) > 0 {
			t.Errorf("%q; no %q, or dataset-07, in\n%s", errs, want, text)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Run("most counters are gone", func(t *testing.T) {
		p := newPortal(20)
		r := newReader(t, p)
		r.read(0)
		for n := range 3 {
			delete(p.downloads, fmt.Sprintf("dataset-%02d", n))
		}
		p.downloads["dataset-19"] = 99
		r.refuse(1, "of 20 counters of downloads known only 17 came", "--accept-shrink")
		r.config.AcceptShrink = true
		if got, errs := r.read(1); len(got) != 17 || len(errs) > 0 {
			t.Errorf("%d counters, %q, want 17", len(got), errs)
		}
	})
	t.Run("an empty portal", func(t *testing.T) {
		newReader(t, newPortal(0)).refuse(0, "the list is empty")
	})
	t.Run("nothing is counted", func(t *testing.T) {
		r := newReader(t, newPortal(3))
		r.config.Shape.Address = strings.ReplaceAll(r.config.Shape.Address, "include_app_metas=true&", "")
		r.refuse(0, "none of 3 entries has a count at metas.explore.download_count")
	})
	t.Run("more than the portal shows", func(t *testing.T) {
		r := newReader(t, newPortal(9))
		r.config.Shape.Most = 9
		r.refuse(0, "9 entries or more", "narrow site")
	})
	t.Run("addresses of no web", func(t *testing.T) {
		r := newReader(t, newPortal(3))
		r.config.Shape.Page = "mailto:{id}"
		r.refuse(0, "under an address of the web")
	})
	t.Run("a next page elsewhere", func(t *testing.T) {
		for _, next := range []string{"http://www.example.net/2", "//www.example.net/2", "https://HOST/2"} {
			r := newReader(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, strings.ReplaceAll(`{"results":[{"dataset_id":"a"}],"next":"`+next+`"}`, "HOST", r.Host))
			}))
			r.config.Shape.Next, r.config.Shape.Total = "next", ""
			r.refuse(0, "leads to another host")
		}
	})
}

// A portal may name the next page itself, number its entries as texts, and have ids that are URLs.
func TestShapeOfOnesOwn(t *testing.T) {
	r := newReader(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.RequestURI() {
		case "/v1/stats":
			fmt.Fprint(w, `{"links":{"next":"?page=2"},"items":[{"link":"http://old.example.org/b","hits":{"all":"12"}}]}`)
		case "/v1/stats?page=2":
			fmt.Fprint(w, `{"links":{"next":null},"items":[{"link":"https://data.example.org/b","hits":{"all":1}},{"link":"/a","hits":{"all":7}}]}`)
		default:
			http.NotFound(w, r)
		}
	}))
	r.config.Hosts, r.config.Unit = []string{"old.example.org"}, "client_days"
	r.config.Shape = Shape{
		Address: "/v1/stats", List: "items", Next: "links.next", ID: "link", Page: "{id}", Values: map[string]string{"pages": "hits.all"},
	}
	got, errs := r.read(0)
	want := []string{
		"2026-10-01 pages client_days 13 data.example.org/b as http://old.example.org/b",
		"2026-10-01 pages client_days 7 data.example.org/a as /a",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
		t.Errorf("%q; counters (-want +got):\n%s", errs, diff)
	}
}

// Pages may be counted, and a metric that is new is read at once, the others when they are due.
func TestPagesAndMetrics(t *testing.T) {
	var asked []string
	r := newReader(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI())
		page := r.URL.Query().Get("page")
		fmt.Fprintf(w, `{"count":2,"all":[{"id":%q,"seen":%s,"taken":7}]}`, page, page)
	}))
	r.config.Shape = Shape{
		Address: "/list?page={page}&of={limit}", PageSize: 1, List: "all", Total: "count", ID: "id", Page: "{site_url}/{id}", Values: map[string]string{"pages": "seen"},
	}
	got, errs := r.read(0)
	want := []string{"2026-10-01 pages events 1 data.example.org/1 as 1", "2026-10-01 pages events 2 data.example.org/2 as 2"}
	if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
		t.Errorf("%q; counters (-want +got):\n%s", errs, diff)
	}
	if diff := cmp.Diff([]string{"/list?page=1&of=1", "/list?page=2&of=1"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	r.config.Shape.Values["downloads"] = "taken"
	got, errs = r.read(0)
	want = []string{"2026-10-01 downloads events 7 data.example.org/1 as 1", "2026-10-01 downloads events 7 data.example.org/2 as 2"}
	if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
		t.Errorf("%q; counters of the new metric (-want +got):\n%s", errs, diff)
	}
}

func TestLogAndCheck(t *testing.T) {
	p := newPortal(9)
	p.isPrivate = true
	p.downloads["dataset-04"] = nil
	r := newReader(t, p)
	if _, err := r.at(0).Check(t.Context()); err == nil || !strings.Contains(err.Error(), "wants a token") {
		t.Errorf("without a token the check says %v", err)
	}
	r.config.Token = token
	s := r.at(0)
	if got, err := s.Check(t.Context()); got != 9 || err != nil {
		t.Errorf("the check finds %d (%v), want 9", got, err)
	}
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, err := range s.Units(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := log.String(); !strings.Contains(got, "counters=8 not_counted=1 unmatched=0") || strings.Contains(got, token) {
		t.Errorf("the log says %s", got)
	}
}
