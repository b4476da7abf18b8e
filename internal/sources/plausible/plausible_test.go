package plausible

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/counting/countingtest"
	"footfall/internal/sources/sourcestest"
	"footfall/internal/traffic"
)

func TestSuite(t *testing.T) {
	p := days()
	p.events = append(p.events, event{
		day: "2026-09-29", visitor: "e", source: "192.0.2.7", host: "data.example.org", page: "/dataset/otters",
	})
	first := source(t, p, counting.Known{})
	sourcestest.Run(t, func(*testing.T) sources.Source { again := *first; return &again })
}

func TestCounts(t *testing.T) {
	s := source(t, days(), counting.Known{})
	referrers, err := traffic.ReadReferrers(strings.NewReader("domain,medium,name\ngoogle.*,search,Google\n"), "list")
	if err != nil {
		t.Fatal(err)
	}
	s.Referrers = referrers
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, s); len(errs) > 0 {
		t.Fatal(errs)
	}
	want := strings.Split(`file_events 2026-09-29 is_whole is_final
  data.example.org/dataset/otters/resource/1/download/otters.csv 2 client_days
file_events 2026-09-30 is_whole
  data.example.org/dataset/otters/resource/1/download/otters.csv 2 client_days
outlinks 2026-09-29 is_whole is_final
  files.example.net/badgers.zip 1 client_days
outlinks 2026-09-30 is_whole
  files.example.net/badgers.zip 1 client_days
pages 2026-09-29 is_whole is_final
  data.example.org/dataset/badgers 1 client_days
  data.example.org/dataset/otters 1 client_days
  data.example.org/dataset/otters 2 client_days
  www.example.com/dataset/badgers 1 client_days
pages 2026-09-30 is_whole
  data.example.org/dataset/badgers 1 client_days
  data.example.org/dataset/otters 1 client_days
  data.example.org/dataset/otters 2 client_days
  www.example.com/dataset/badgers 1 client_days
referrals 2026-09-29 is_whole is_final
  data.example.org/dataset/badgers 1 client_days from "" "search" "Google"
  data.example.org/dataset/otters 1 client_days from "" "direct" ""
  data.example.org/dataset/otters 1 client_days from "" "search" "Google"
  data.example.org/dataset/otters 1 client_days from "www.example.net" "" ""
  www.example.com/dataset/badgers 1 client_days from "" "search" "Google"
referrals 2026-09-30 is_whole
  data.example.org/dataset/badgers 1 client_days from "" "search" "Google"
  data.example.org/dataset/otters 1 client_days from "" "direct" ""
  data.example.org/dataset/otters 1 client_days from "" "search" "Google"
  data.example.org/dataset/otters 1 client_days from "www.example.net" "" ""
  www.example.com/dataset/badgers 1 client_days from "" "search" "Google"`, "\n")
	if diff := cmp.Diff(want, ledger.Lines()); diff != "" {
		t.Errorf("the warehouse (-want +got):\n%s", diff)
	}
	if got := log.String(); !strings.Contains(got, "metric=outlinks day=2026-09-29 rows=2 unmatched=1 whole=true") || strings.Contains(got, token) {
		t.Errorf("the log is\n%s", got)
	}
}

// TestFaults lets a server fail in one run. The run after it leaves what a run without the fault
// would have.
func TestFaults(t *testing.T) {
	good := days()
	var want countingtest.Ledger
	if errs := want.Load(t, source(t, good, counting.Known{})); len(errs) > 0 {
		t.Fatal(errs)
	}
	status := func(status int, header, body string) func(int, question, http.ResponseWriter) bool {
		return func(_ int, q question, w http.ResponseWriter) bool {
			if q.Dimensions[0] != "event:hostname" || q.Range[0] != "2026-09-30" {
				return false
			}
			if header != "" {
				w.Header().Set("Retry-After", header)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return true
		}
	}
	cases := map[string]struct {
		fault func(n int, q question, w http.ResponseWriter) bool
		error string // of the first run; empty: none, but nothing false is whole
	}{
		"429 without Retry-After":  {status(429, "", `{"error":"Too many API requests. Your API key is limited to 600 requests per hour."}`), "600 requests per hour"},
		"429 with Retry-After":     {status(429, "30", `{"error":"Too many API requests."}`), "tried 2 times"},
		"429 for an hour":          {status(429, "3600", `{"error":"Too many API requests."}`), "run again later"},
		"an error with status 200": {status(200, "", `{"error":"Internal error"}`), "Internal error"},
		"a page of HTML":           {status(200, "", `<html>Sign in</html>`), "must be that of Plausible itself"},
		"an empty answer":          {status(200, "", `{"results":[],"meta":{"total_rows":0},"query":{}}`), "yet Plausible counted 6 in all"},
		"nothing at all":           {status(200, "", ``), "no JSON"},
		"JSON of another form":     {status(200, "", `{}`), "no results"},
		"a refused key":            {status(401, "", `{"error":"Invalid API key `+token+`"}`), "the API key was refused"},
		"no such goal":             {status(400, "", `{"error":"Invalid filters. The goal is not configured for this site."}`), "Settings, Goals"},
		"a connection cut half-way": {func(_ int, q question, w http.ResponseWriter) bool {
			if q.Dimensions[0] != "event:hostname" {
				return false
			}
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"results":[{"dimensions":["data.exa`)
			return true
		}, "unexpected EOF"},
		"pages that shift": {func(_ int, q question, w http.ResponseWriter) bool {
			if q.Dimensions[0] == "event:hostname" && q.Pagination.Offset > 0 { // the last row of the page before comes again
				q.Pagination.Offset--
				good.answer(w, q)
				return true
			}
			return false
		}, "shifted"},
		"pages that end early": {func(_ int, q question, w http.ResponseWriter) bool {
			if q.Dimensions[0] == "event:hostname" && q.Pagination.Offset > 0 {
				fmt.Fprint(w, `{"results":[],"meta":{"total_rows":4}}`)
				return true
			}
			return false
		}, "shifted"},
		"pages that shift once": {func(n int, q question, w http.ResponseWriter) bool {
			if n < 4 && q.Pagination.Offset > 0 {
				q.Pagination.Offset--
				good.answer(w, q)
				return true
			}
			return false
		}, ""},
		"rows that are missing": {func(_ int, q question, w http.ResponseWriter) bool {
			if q.Dimensions[0] == "event:hostname" && q.Range[0] == "2026-09-30" {
				fmt.Fprint(w, `{"results":[{"dimensions":["data.example.org","/dataset/otters"],"metrics":[2,3]}],"meta":{"total_rows":1}}`)
				return true
			}
			return false
		}, ""},
		"a day that changes later": {func(_ int, q question, w http.ResponseWriter) bool {
			less := days()
			less.events = slices.DeleteFunc(less.events, func(e event) bool { return e.visitor == "b" && e.day == "2026-09-30" && e.goal == "" })
			less.answer(w, q)
			return true
		}, ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := days()
			p.fault = test.fault
			var ledger countingtest.Ledger
			err := errors.Join(ledger.Load(t, source(t, p, counting.Known{}))...)
			if (err == nil) != (test.error == "") || err != nil && !strings.Contains(err.Error(), test.error) {
				t.Errorf("the error is %v, want %q", err, test.error)
			}
			if err != nil && strings.Contains(err.Error(), token) {
				t.Errorf("the error shows the key: %v", err)
			}
			p.fault = nil
			if errs := ledger.Load(t, source(t, p, ledger.Known())); len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(want.Lines(), ledger.Lines()); diff != "" {
				t.Errorf("after the second run (-want +got):\n%s", diff)
			}
		})
	}
}

// A day of which nothing is missing says that the rest was not seen; one that does not add up, or
// that is empty, says so of nothing.
func TestWhatIsNoEvidence(t *testing.T) {
	cases := map[string]struct {
		fault func(p *tool)
		want  string
	}{
		"less than all": {func(p *tool) {
			p.fault = func(_ int, q question, w http.ResponseWriter) bool {
				if q.Dimensions[0] == "time:day" || q.Filters != nil {
					return false
				}
				fmt.Fprint(w, `{"results":[{"dimensions":["data.example.org","/dataset/otters"],"metrics":[2,3]}],"meta":{"total_rows":1}}`)
				return true
			}
		}, "pages 2026-09-29 is_final hides_tail"},
		"nothing on the whole site": {func(p *tool) { p.events = nil }, "pages 2026-09-29 is_final hides_tail"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := days()
			test.fault(p)
			s := source(t, p, counting.Known{})
			s.Config.Metrics = []string{counting.Pages}
			var ledger countingtest.Ledger
			if errs := ledger.Load(t, s); len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := ledger.Lines(); !slices.Contains(got, test.want) {
				t.Errorf("the warehouse is %q, want %q in it", got, test.want)
			}
		})
	}
}

func TestDaysOfAnotherZoneAreRefused(t *testing.T) {
	p := days()
	p.zone = "+01:00"
	s := source(t, p, counting.Known{})
	var ledger countingtest.Ledger
	errs := ledger.Load(t, s)
	if len(errs) == 0 || !strings.Contains(errs[0].Error(), "set time_zone") {
		t.Errorf("the errors are %v", errs)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s.Plan.Zone = berlin
	p.zone = "+02:00"
	if errs := ledger.Load(t, s); len(errs) > 0 {
		t.Errorf("of the right zone: %v", errs)
	}
}

func TestCheck(t *testing.T) {
	p := days()
	seen, err := source(t, p, counting.Known{}).Check(t.Context())
	if seen != 12 || err != nil || len(p.requests) != 1 {
		t.Errorf("%d page views by %d requests, %v; want 12 by one", seen, len(p.requests), err)
	}
	s := source(t, p, counting.Known{})
	s.Config.Token = ""
	if _, err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no API key") {
		t.Errorf("without a key: %v", err)
	}
}

// A long history keeps below what a key may ask in an hour.
func TestPace(t *testing.T) {
	for questions, want := range map[int]time.Duration{8: 0, 399: 0, 400: time.Hour / 590} {
		if got := pace(questions); got != want {
			t.Errorf("pace of %d questions is %s, want %s", questions, got, want)
		}
	}
}

// The first fetch of a history waits between its questions, and asks for lists in a fixed order.
func TestHistoryIsAskedAtAPace(t *testing.T) {
	p := days()
	s := source(t, p, counting.Known{})
	s.Plan.Since = time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC)
	waited := 0
	s.pause = func(asked time.Duration) time.Duration {
		if asked > 5*time.Second {
			waited++
		}
		return 0
	}
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, s); len(errs) > 0 || waited < 400 {
		t.Errorf("%d waits of a pace, errors %v", waited, errs)
	}
	for _, q := range p.requests {
		for i, dimension := range q.Dimensions {
			if q.Order[i] != [2]string{dimension, "asc"} {
				t.Fatalf("the order is %v, want that of %v", q.Order, q.Dimensions)
			}
		}
	}
}
