package searchconsole

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/counting/countingtest"
	"footfall/internal/sources/sourcestest"
)

func TestSuite(t *testing.T) {
	first := source(t, days(), counting.Known{})
	sourcestest.Run(t, func(*testing.T) sources.Source { again := *first; return &again })
}

func TestClicks(t *testing.T) {
	p := days()
	s := source(t, p, counting.Known{})
	var log bytes.Buffer
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, s); len(errs) > 0 {
		t.Fatal(errs)
	}
	// The 30th is over, but not counted up. Days over for three more are final.
	want := strings.Split(`search_clicks 2026-09-27 is_whole is_final hides_tail
  data.example.org/dataset/badgers?page=2 2 events
  data.example.org/dataset/otters 1 events
  data.example.org/dataset/otters 5 events
search_clicks 2026-09-28 is_whole hides_tail
  data.example.org/dataset/badgers?page=2 2 events
  data.example.org/dataset/otters 1 events
  data.example.org/dataset/otters 6 events
search_clicks 2026-09-29 is_whole hides_tail
  data.example.org/dataset/badgers?page=2 2 events
  data.example.org/dataset/otters 1 events
  data.example.org/dataset/otters 7 events`, "\n")
	if diff := cmp.Diff(want, ledger.Lines()); diff != "" {
		t.Errorf("the warehouse (-want +got):\n%s", diff)
	}
	if got := log.String(); !strings.Contains(got, "day=2026-09-27 rows=5 unmatched=1 whole=true") || strings.Contains(got, token) {
		t.Errorf("the log is\n%s", got)
	}
	for _, q := range p.requests {
		if q.State != "final" {
			t.Errorf("asked for data that is %q", q.State)
		}
	}
}

// TestFaults lets a server fail in one run. The run after it leaves what a run without the fault
// would have.
func TestFaults(t *testing.T) {
	var want countingtest.Ledger
	good := days()
	if errs := want.Load(t, source(t, good, counting.Known{})); len(errs) > 0 {
		t.Fatal(errs)
	}
	pages := func(do func(q question, w http.ResponseWriter)) func(int, question, http.ResponseWriter) bool {
		return func(_ int, q question, w http.ResponseWriter) bool {
			if q.Dimensions[0] != "page" || q.Start != "2026-09-28" {
				return false
			}
			do(q, w)
			return true
		}
	}
	status := func(status int, header, body string) func(int, question, http.ResponseWriter) bool {
		return pages(func(_ question, w http.ResponseWriter) {
			if header != "" {
				w.Header().Set("Retry-After", header)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
	}
	cases := map[string]struct {
		fault func(n int, q question, w http.ResponseWriter) bool
		error string // of the first run; empty: none
	}{
		"429 without Retry-After":  {status(429, "", `{"error":{"code":429,"message":"Quota exceeded for quota metric 'Queries'"}}`), "Quota exceeded"},
		"429 with Retry-After":     {status(429, "30", `{}`), "tried 2 times"},
		"an error with status 200": {status(200, "", `{"error":{"code":500,"message":"Backend Error"}}`), "Backend Error"},
		"an empty answer":          {status(200, "", `{"responseAggregationType":"byPage"}`), "yet Google counted 10 clicks in all"},
		"an empty object":          {status(200, "", `{}`), "yet Google counted 10 clicks in all"},
		"nothing at all":           {status(200, "", ``), "no JSON"},
		"rows of another form":     {status(200, "", `{"rows":[{"keys":["a","b"],"clicks":1}]}`), "row 1 of the answer has 2 keys"},
		"no access":                {status(403, "", `{"error":{"code":403,"message":"User does not have sufficient permission: `+token+`"}}`), "Users and permissions"},
		"a connection cut half-way": {pages(func(_ question, w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"rows":[{"keys":["https://data.exa`)
		}), "unexpected EOF"},
		"pages that shift": {pages(func(q question, w http.ResponseWriter) {
			q.First = max(0, q.First-1) // the last row of the page before comes again
			good.answer(w, q)
		}), "shifted"},
		"a day that is not counted up yet": {func(_ int, q question, w http.ResponseWriter) bool {
			less := days()
			delete(less.clicks, "2026-09-28")
			less.answer(w, q)
			return true
		}, ""},
		"a day that changes later": {func(_ int, q question, w http.ResponseWriter) bool {
			less := days()
			less.clicks["2026-09-29"]["https://data.example.org/dataset/otters"] = 1
			less.answer(w, q)
			return true
		}, ""},
		"no day is counted up": {func(_ int, _ question, w http.ResponseWriter) bool {
			fmt.Fprint(w, `{"responseAggregationType":"byPage"}`)
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
				t.Errorf("the error shows the token: %v", err)
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

// Google drops rows, and says so only by a total that is more.
func TestRowsThatAreMissing(t *testing.T) {
	p := days()
	p.fault = func(_ int, q question, w http.ResponseWriter) bool {
		if q.Dimensions[0] == "date" {
			return false
		}
		less := days()
		delete(less.clicks[q.Start], "https://data.example.org/dataset/badgers?page=2")
		less.answer(w, q)
		return true
	}
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, source(t, p, counting.Known{})); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := ledger.Lines(); !slices.Contains(got, "search_clicks 2026-09-27 is_final hides_tail") {
		t.Errorf("the warehouse is %q", got)
	}
}

func TestCheck(t *testing.T) {
	p := days()
	s := source(t, p, counting.Known{})
	s.Config.PageSize = 0
	clicks, last, err := s.Check(t.Context())
	if clicks != 30 || last != "2026-09-29" || err != nil || len(p.requests) != 2 {
		t.Errorf("%d clicks to %s by %d requests, %v; want 30 to 2026-09-29 by two", clicks, last, len(p.requests), err)
	}
	s.Config.Key = "no key"
	if _, _, err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "search: the key file is no JSON") {
		t.Errorf("without a key: %v", err)
	}
}
