package matomo

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/counting/countingtest"
	"footfall/internal/sources/sourcestest"
)

func TestSuite(t *testing.T) {
	s := newStats(t).fill("2026-09-29", "2026-09-30")
	sourcestest.Run(t, func(t *testing.T) sources.Source {
		t.Helper()
		return s.source(t, "2026-10-01", "2026-09-29")
	})
}

// known loads what a source offers into an empty warehouse.
func known(t *testing.T, source sources.Source) ([]string, []error) {
	t.Helper()
	var w countingtest.Ledger
	errs := w.Load(t, source)
	return w.Lines(), errs
}

func TestDay(t *testing.T) {
	s := newStats(t).fill("2026-09-29")
	got, errs := known(t, s.source(t, "2026-10-01", "2026-09-29"))
	want := []string{
		"downloads 2026-09-29 is_whole is_final",
		"  data.example.org/otters.csv 3 client_days",
		"outlinks 2026-09-29 is_whole is_final",
		"  files.example.net/herons.zip?a=1 2 client_days",
		"pages 2026-09-29 is_whole is_final",
		"  data.example.org/dataset/herons 2 client_days",
		"  data.example.org/dataset/otters 4 client_days",
		"  data.example.org/dataset/otters?tab=2 1 client_days",
		"referrals 2026-09-29 is_whole is_final",
		`  the site 1 client_days from "" "ai_assistant" "ChatGPT"`,
		`  the site 1 client_days from "" "other" "campaign"`,
		`  the site 1 client_days from "" "social" "Mastodon"`,
		`  the site 1 client_days from "ip-address" "" ""`,
		`  the site 2 client_days from "" "direct" ""`,
		`  the site 2 client_days from "www.example.com" "" ""`,
		`  the site 3 client_days from "" "search" "Google"`,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
		t.Errorf("%v; rows (-want +got):\n%s", errs, diff)
	}
	if len(s.leaks) > 0 {
		t.Errorf("the token was outside of the body: %v", s.leaks)
	}
}

// A visitor of two versions of a page counts for each; a version without distinct visitors says events.
func TestOldVersion(t *testing.T) {
	s := newStats(t).fill("2026-09-29")
	s.isOld = true
	got, errs := known(t, s.source(t, "2026-10-01", "2026-09-29"))
	for _, want := range []string{
		"  data.example.org/dataset/otters 5 events", `  the site 4 events from "" "search" "Google"`, `  the site 2 events from "" "direct" ""`,
	} {
		if !strings.Contains(strings.Join(got, "\n")+"\n", want+"\n") {
			t.Errorf("%q is missing in:\n%s", want, strings.Join(got, "\n"))
		}
	}
	if len(errs) > 0 {
		t.Error(errs)
	}
}

// Rows that Matomo folds or does not send make the absent unknown; a day without downloads is a zero.
func TestTail(t *testing.T) {
	cases := map[string]struct {
		change func(*stats)
		want   []string
	}{
		"all rows came":     {func(*stats) {}, []string{"downloads 2026-09-29 is_whole is_final", "outlinks 2026-09-29 is_whole is_final", "pages 2026-09-29 is_whole is_final", "referrals 2026-09-29 is_whole is_final"}},
		"rows were folded":  {func(s *stats) { s.limit = 1 }, []string{"downloads 2026-09-29 is_whole is_final", "outlinks 2026-09-29 is_whole is_final", "pages 2026-09-29 is_whole is_final hides_tail", "referrals 2026-09-29 is_whole is_final hides_tail"}},
		"rows were cut off": {func(s *stats) { s.cut = 2 }, []string{"downloads 2026-09-29 is_whole is_final", "outlinks 2026-09-29 is_whole is_final", "pages 2026-09-29 is_whole is_final hides_tail", "referrals 2026-09-29 is_whole is_final"}},
		"no download":       {func(s *stats) { s.days["2026-09-29"].downloads = nil }, []string{"downloads 2026-09-29 is_whole is_final", "outlinks 2026-09-29 is_whole is_final", "pages 2026-09-29 is_whole is_final", "referrals 2026-09-29 is_whole is_final"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStats(t).fill("2026-09-29")
			test.change(s)
			lines, errs := known(t, s.source(t, "2026-10-01", "2026-09-29"))
			var got []string
			for _, line := range lines {
				if !strings.HasPrefix(line, " ") {
					got = append(got, line)
				}
				if strings.Contains(line, "Others") {
					t.Errorf("the folded row became %q", line)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" || len(errs) > 0 {
				t.Errorf("%v; answers (-want +got):\n%s", errs, diff)
			}
		})
	}
}

// After a fault and the run of the next day, what is known is what it would have been without it.
func TestFaults(t *testing.T) {
	cut := func(w http.ResponseWriter) bool {
		w.Header().Set("Content-Length", "5000")
		fmt.Fprint(w, `[{"label": "/dataset/ott`)
		return true
	}
	status := func(w http.ResponseWriter, status int, retryAfter string) bool {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		return true
	}
	text := func(w http.ResponseWriter, text string) bool { fmt.Fprint(w, text); return true }
	cases := map[string]struct {
		fault func(n int, form url.Values, w http.ResponseWriter) bool
		want  string // in the first run's errors; empty: it overcame the fault
	}{
		"throttled, with Retry-After": {func(n int, _ url.Values, w http.ResponseWriter) bool { return n == 1 && status(w, 429, "3") }, ""},
		"throttled, without":          {func(n int, _ url.Values, w http.ResponseWriter) bool { return n == 2 && status(w, 429, "") }, ""},
		"throttled for good": {func(_ int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getOutlinks" && status(w, 429, "")
		}, "status 429 (tried 3 times)"},
		"throttled until tomorrow": {func(_ int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getOutlinks" && status(w, 429, "86400")
		}, "run again later"},
		"an error with status 200": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getDownloads" && n == 1 && text(w, `{"result":"error","message":"Unable to authenticate with the provided token."}`)
		}, "it says: Unable to authenticate"},
		"no right to see the site": {func(_ int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "SitesManager.getSiteFromId" && text(w, `{"result":"error","message":"You can't access this resource."}`)
		}, "it says: You can't access"},
		"an empty list where something was counted": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return strings.HasPrefix(f.Get("method"), "Actions.getP") && n == 1 && text(w, `[]`)
		}, "lists none, but Matomo counted 15"},
		"an empty list of sites": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Referrers.getSearchEngines" && n == 1 && text(w, `[]`)
		}, "lists none, but Matomo counted 4 visits"},
		"an empty body": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getPageUrls" && n == 1 && text(w, ``)
		}, "an empty body is no answer"},
		"a page of a proxy": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.get" && n == 1 && text(w, `<html>Please log in</html>`)
		}, "a page came in place of JSON"},
		"several days": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getPageUrls" && n == 1 && text(w, `{"2026-09-29": []}`)
		}, "not what Matomo answers"},
		"a connection cut once": {func(n int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getPageUrls" && n == 1 && cut(w)
		}, ""},
		"a connection cut for good": {func(_ int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getPageUrls" && cut(w)
		}, "unexpected EOF"},
		"a server that is down": {func(_ int, f url.Values, w http.ResponseWriter) bool {
			return f.Get("method") == "Actions.getPageUrls" && status(w, 503, "")
		}, "status 503 (tried 3 times)"},
	}
	days := []string{"2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01"}
	undisturbed := newStats(t).fill(days...)
	var w countingtest.Ledger
	for _, now := range []string{"2026-10-01", "2026-10-02"} {
		source := undisturbed.source(t, now, "2026-09-28")
		source.Known = w.Known()
		if errs := w.Load(t, source); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	want := w.Lines()
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStats(t).fill(days...)
			s.fault = test.fault
			var w countingtest.Ledger
			errs := w.Load(t, s.source(t, "2026-10-01", "2026-09-28"))
			if test.want == "" && len(errs) > 0 || test.want != "" && !strings.Contains(fmt.Sprint(errs), test.want) {
				t.Errorf("the first run says %v, want %q in it", errs, test.want)
			}
			if strings.Contains(fmt.Sprint(errs), token) {
				t.Errorf("the token is in %v", errs)
			}
			s.fault = nil
			second := s.source(t, "2026-10-02", "2026-09-28")
			second.Known = w.Known()
			if errs := w.Load(t, second); len(errs) > 0 {
				t.Errorf("the second run says %v", errs)
			}
			if diff := cmp.Diff(want, w.Lines()); diff != "" {
				t.Errorf("what is known (-without the fault +with it):\n%s", diff)
			}
		})
	}
}

// A day that Matomo has not archived looks as one without visitors. It waits, is an error when it
// should be there, and stays unknown for good after a week.
func TestDayThatIsNotArchived(t *testing.T) {
	s := newStats(t).fill("2026-09-28")
	s.created = "2026-09-27 00:00:00"
	var w countingtest.Ledger
	load := func(now string) []error {
		source := s.source(t, now, "2026-09-01")
		source.Known = w.Known()
		return w.Load(t, source)
	}
	s.fill("2026-09-27")
	if errs := load("2026-09-30"); len(errs) > 0 || strings.Contains(fmt.Sprint(w.Lines()), "2026-09-29") {
		t.Errorf("while it may still come: %v, %v", errs, w.Lines())
	}
	if errs := load("2026-10-01"); len(errs) == 0 || !strings.Contains(fmt.Sprint(errs), "nobody was counted on the whole site on 2026-09-29") {
		t.Errorf("when it should be there: %v", errs)
	}
	s.fill("2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05")
	if errs := load("2026-10-07"); len(errs) > 0 || !strings.Contains(fmt.Sprint(w.Lines()), "pages 2026-09-29 is_final") {
		t.Errorf("after a week: %v, %v", errs, w.Lines())
	}
	asked := len(s.requests)
	if s.times("Actions.get 2026-09-2") == 0 || strings.Contains(strings.Join(s.requests, " "), "2026-09-26") {
		t.Errorf("asked for days before the site was created: %v", s.requests)
	}
	if errs := load("2026-10-07"); len(errs) > 0 || strings.Contains(strings.Join(s.requests[asked:], " "), "2026-09-29") {
		t.Errorf("it is asked again: %v, %v", errs, s.requests[asked:])
	}
}

// Yesterday may still change. It is asked again, and what it says last holds.
func TestDayThatChangesLater(t *testing.T) {
	s := newStats(t).fill("2026-09-29", "2026-09-30")
	var w countingtest.Ledger
	if errs := w.Load(t, s.source(t, "2026-10-01", "2026-09-29")); len(errs) > 0 {
		t.Fatal(errs)
	}
	if !slices.Contains(w.Lines(), "downloads 2026-09-30 is_whole") {
		t.Errorf("yesterday is not provisional: %v", w.Lines())
	}
	s.days["2026-09-30"].downloads[0].visitors = 7
	s.days["2026-09-29"].downloads[0].visitors = 9 // too late
	second := s.source(t, "2026-10-02", "2026-09-29")
	s.fill("2026-10-01")
	second.Known = w.Known()
	if errs := w.Load(t, second); len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []string{
		"downloads 2026-09-29 is_whole is_final", "  data.example.org/otters.csv 3 client_days",
		"downloads 2026-09-30 is_whole is_final", "  data.example.org/otters.csv 7 client_days",
	}
	if diff := cmp.Diff(want, w.Lines()[:4]); diff != "" {
		t.Errorf("what is known (-want +got):\n%s", diff)
	}
}

func TestWrongConfiguration(t *testing.T) {
	cases := map[string]struct {
		change func(*Source)
		want   string
	}{
		"another zone": {func(s *Source) { s.Config.Plan.Zone = time.UTC }, "has the time zone Europe/Berlin in Matomo, and UTC in the configuration"},
		"no URL":       {func(s *Source) { s.Config.URL = "stats" }, `url "stats": want that of Matomo`},
		"wrong site":   {func(s *Source) { s.Config.SiteID = "2" }, "it says: An unexpected website"},
		"wrong token":  {func(s *Source) { s.Config.Token = "abc" }, "it says: You can't access"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newStats(t).fill("2026-09-29")
			source := s.source(t, "2026-10-01", "2026-09-29")
			test.change(source)
			lines, errs := known(t, source)
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.want) || len(lines) > 0 {
				t.Errorf("errors %v and rows %v, want one error with %q", errs, lines, test.want)
			}
			if _, err := source.Check(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the check says %v", err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	site, err := newStats(t).source(t, "2026-10-01", "2026-09-29").Check(t.Context())
	if err != nil || site.Name != "Open data" || site.TimeZone != "Europe/Berlin" || site.MainURL != "https://data.example.org" {
		t.Errorf("the site is %+v (%v)", site, err)
	}
}

// Nothing is asked where nothing is due, and what is no URL is said in the log.
func TestLogAndRest(t *testing.T) {
	s := newStats(t).fill("2026-09-29")
	var log bytes.Buffer
	source := s.source(t, "2026-10-01", "2026-09-29")
	source.Config.Plan.Until = at(t, "2026-09-29")
	source.Log = slog.New(slog.NewTextHandler(&log, nil))
	var w countingtest.Ledger
	if errs := w.Load(t, source); len(errs) > 0 {
		t.Fatal(errs)
	}
	if !strings.Contains(log.String(), "metric=pages day=2026-09-29 urls=3 unmatched=1") || strings.Contains(log.String(), token) {
		t.Errorf("the log is:\n%s", &log)
	}
	asked := len(s.requests)
	source.Known = w.Known()
	if errs := w.Load(t, source); len(errs) > 0 || len(s.requests) != asked {
		t.Errorf("%v, asked %v", errs, s.requests[asked:])
	}
}

func TestCancelled(t *testing.T) {
	s := newStats(t).fill("2026-09-28", "2026-09-29")
	ctx, cancel := context.WithCancel(t.Context())
	s.fault = func(n int, form url.Values, _ http.ResponseWriter) bool {
		if form.Get("method") == "Actions.getDownloads" && n == 2 {
			cancel()
		}
		return false
	}
	var errs []error
	for _, err := range s.source(t, "2026-10-01", "2026-09-28").Units(ctx) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "context canceled") {
		t.Errorf("errors are %v", errs)
	}
}
