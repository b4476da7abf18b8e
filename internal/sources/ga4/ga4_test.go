package ga4

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
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
	g := newGoogle(t).fill("2026-09-29", "2026-09-30")
	sourcestest.Run(t, func(t *testing.T) sources.Source {
		t.Helper()
		return g.source(t, "2026-10-01", "2026-09-29")
	})
}

// known loads what a source offers into an empty ledger.
func known(t *testing.T, source sources.Source) ([]string, []error) {
	t.Helper()
	var l countingtest.Ledger
	errs := l.Load(t, source)
	return l.Lines(), errs
}

func TestDay(t *testing.T) {
	for name, size := range map[string]int{"at once": 0, "in pages of two": 2} {
		t.Run(name, func(t *testing.T) {
			g := newGoogle(t).fill("2026-09-29")
			source := g.source(t, "2026-10-03", "2026-09-29")
			source.Config.Plan.Until = at(t, "2026-09-29")
			source.pageSize = size
			got, errs := known(t, source)
			want := []string{
				"file_events 2026-09-29 is_whole is_final",
				"  data.example.org/otters.csv 3 client_days",
				"outlinks 2026-09-29 is_whole is_final",
				"  files.example.net/herons.zip 2 client_days",
				"pages 2026-09-29 is_whole is_final",
				"  data.example.org/dataset/herons 2 client_days",
				"  data.example.org/dataset/otters 4 client_days",
				"  data.example.org/dataset/otters?tab=2 1 client_days",
				"referrals 2026-09-29 is_whole is_final",
				`  data.example.org/dataset/herons 2 client_days from "www.example.com" "" ""`,
				`  data.example.org/dataset/otters 1 client_days from "" "direct" ""`,
				`  data.example.org/dataset/otters 4 client_days from "" "search" "Google"`,
			}
			if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
				t.Errorf("%v; rows (-want +got):\n%s", errs, diff)
			}
			if len(g.leaks) > 0 {
				t.Errorf("secrets were in an address: %v", g.leaks)
			}
		})
	}
}

// What Google says to leave out makes the absent unknown, and what does not add up does.
func TestTail(t *testing.T) {
	long := "https://data.example.org/dataset/otters/resource/" + strings.Repeat("x", 51)
	cases := map[string]struct {
		change func(*google)
		want   []string // metrics that hide their tail
	}{
		"all rows came":    {func(*google) {}, nil},
		"few people":       {func(g *google) { g.metadata = object{"subjectToThresholding": true} }, metrics},
		"too many rows":    {func(g *google) { g.metadata = object{"dataLossFromOtherRow": true} }, metrics},
		"a sample":         {func(g *google) { g.metadata = object{"samplingMetadatas": []object{{"samplesReadCount": "1"}}} }, metrics},
		"a row of others":  {func(g *google) { g.add(hit{event: "file_download", link: "(other)", users: 1, events: 1}) }, []string{"file_events"}},
		"a link too long":  {func(g *google) { g.add(hit{event: "file_download", link: long, users: 1, events: 1}) }, []string{"file_events"}},
		"a row is missing": {func(g *google) { g.fault = withoutRow }, []string{"pages", "referrals"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			g := newGoogle(t).fill("2026-09-29")
			test.change(g)
			source := g.source(t, "2026-10-03", "2026-09-29")
			source.Config.Plan.Until = at(t, "2026-09-29")
			lines, errs := known(t, source)
			var got []string
			for _, line := range lines {
				if strings.Contains(line, "hides_tail") {
					got = append(got, strings.Fields(line)[0])
				}
				if strings.Contains(line, "other)") {
					t.Errorf("the row of others became %q", line)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" || len(errs) > 0 {
				t.Errorf("%v; hide their tail (-want +got):\n%s", errs, diff)
			}
		})
	}
}

func (g *google) add(h hit) { g.days["2026-09-29"] = append(g.days["2026-09-29"], h) }

// withoutRow makes the total of page views larger than its rows.
func withoutRow(_ int, q asked, w http.ResponseWriter) bool {
	if q.by() != "eventName" {
		return false
	}
	send(w, http.StatusOK, object{
		"metadata": object{"timeZone": "Europe/London"}, "rowCount": 1,
		"rows": []object{{"dimensionValues": []object{{"value": "page_view"}}, "metricValues": []object{{"value": "99"}}}},
	})
	return true
}

// After a fault and the run of the next day, what is known is what it would have been without it.
func TestFaults(t *testing.T) {
	empty := func(w http.ResponseWriter) bool {
		send(w, http.StatusOK, object{"metadata": object{"timeZone": "Europe/London"}, "kind": "analyticsData#runReport"})
		return true
	}
	cut := func(w http.ResponseWriter) bool {
		w.Header().Set("Content-Length", "5000")
		fmt.Fprint(w, `{"rows": [{"dimensionValues"`)
		return true
	}
	throttled := func(w http.ResponseWriter, retryAfter string) bool {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		return refuse(w, http.StatusTooManyRequests, "RESOURCE_EXHAUSTED", "Exhausted property tokens per hour.")
	}
	const files, pages = "linkUrl", "hostName,pagePathPlusQueryString"
	cases := map[string]struct {
		fault func(n int, q asked, w http.ResponseWriter) bool
		want  string // in the first run's errors; empty: it overcame the fault
		most  int    // errors of the first run
	}{
		"throttled, with Retry-After": {func(n int, _ asked, w http.ResponseWriter) bool { return n == 1 && throttled(w, "2") }, "", 0},
		"throttled, without":          {func(n int, _ asked, w http.ResponseWriter) bool { return n%3 == 0 && throttled(w, "") }, "", 0},
		"a quota that is used up": {
			func(n int, _ asked, w http.ResponseWriter) bool { return n > 5 && throttled(w, "") },
			"the quota of the property is used up, and the rest waits for the next run: it says RESOURCE_EXHAUSTED", 1,
		},
		"throttled until tomorrow": {func(n int, _ asked, w http.ResponseWriter) bool { return n > 5 && throttled(w, "86400") }, "run again later", 1},
		"no right to the property": {func(_ int, _ asked, w http.ResponseWriter) bool {
			return refuse(w, http.StatusForbidden, "PERMISSION_DENIED", "User does not have sufficient permissions.")
		}, "give reader@project.example.com the role Viewer", 1},
		"an error with status 200": {func(n int, _ asked, w http.ResponseWriter) bool {
			return n == 2 && refuse(w, http.StatusOK, "INTERNAL", "Internal error.")
		}, "it says INTERNAL: Internal error.", 1},
		"an empty answer where something was counted": {func(n int, q asked, w http.ResponseWriter) bool {
			return q.by() == pages && n < 30 && q.date == "2026-09-29" && empty(w)
		}, "no row came, but Google counted 10 of the event page_view", 1},
		"an answer of something else": {func(n int, _ asked, w http.ResponseWriter) bool {
			if n == 2 {
				fmt.Fprint(w, `{}`)
			}
			return n == 2
		}, "not what the Data API answers", 1},
		"a page of a proxy": {func(n int, _ asked, w http.ResponseWriter) bool {
			if n == 2 {
				fmt.Fprint(w, `<html>`)
			}
			return n == 2
		}, "not what the Data API answers", 1},
		"a connection cut once":     {func(n int, _ asked, w http.ResponseWriter) bool { return n == 4 && cut(w) }, "", 0},
		"a connection cut for good": {func(_ int, q asked, w http.ResponseWriter) bool { return q.by() == files && cut(w) }, "unexpected EOF", 6},
		"a server that is down": {func(_ int, q asked, w http.ResponseWriter) bool {
			if q.by() == pages {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
			return q.by() == pages
		}, "status 503 (tried 3 times)", 3},
	}
	days := []string{"2026-09-25", "2026-09-26", "2026-09-27", "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01"}
	undisturbed := newGoogle(t).fill(days...)
	var l countingtest.Ledger
	for _, now := range []string{"2026-10-01", "2026-10-02"} {
		source := undisturbed.source(t, now, "2026-09-28")
		source.Known = l.Known()
		if errs := l.Load(t, source); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	want := l.Lines()
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			g := newGoogle(t).fill(days...)
			g.fault = test.fault
			var l countingtest.Ledger
			errs := l.Load(t, g.source(t, "2026-10-01", "2026-09-28"))
			if !strings.Contains(fmt.Sprint(errs), test.want) || len(errs) != test.most {
				t.Errorf("the first run says %v, want %d with %q in it", errs, test.most, test.want)
			}
			if strings.Contains(fmt.Sprint(errs), token) || strings.Contains(fmt.Sprint(errs), "PRIVATE") {
				t.Errorf("a secret is in %v", errs)
			}
			g.fault = nil
			second := g.source(t, "2026-10-02", "2026-09-28")
			second.Known = l.Known()
			if errs := l.Load(t, second); len(errs) > 0 {
				t.Errorf("the second run says %v", errs)
			}
			if diff := cmp.Diff(want, l.Lines()); diff != "" {
				t.Errorf("what is known (-without the fault +with it):\n%s", diff)
			}
		})
	}
}

// A report that changes between two pages is read again; one that goes on changing is no answer.
func TestPagesThatShift(t *testing.T) {
	cases := map[string]struct {
		shifts int
		want   string
	}{
		"once":     {1, ""},
		"for good": {1000, "the report changed while it was read"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			g := newGoogle(t).fill("2026-09-29")
			shifts := 0
			g.fault = func(_ int, q asked, _ http.ResponseWriter) bool {
				if q.by() == "hostName,pagePathPlusQueryString" && q.offset > 0 && shifts < test.shifts { // a page that nobody saw before
					shifts++
					g.add(hit{event: "page_view", host: "data.example.org", page: fmt.Sprintf("/dataset/a%d", shifts), source: "google", users: 1, events: 1})
				}
				return false
			}
			source := g.source(t, "2026-10-03", "2026-09-29")
			source.Config.Plan.Until = at(t, "2026-09-29")
			source.pageSize = 2
			lines, errs := known(t, source)
			if test.want == "" && len(errs) > 0 || !strings.Contains(fmt.Sprint(errs), test.want) {
				t.Errorf("errors are %v, want %q", errs, test.want)
			}
			if got := slices.Contains(lines, "  data.example.org/dataset/a1 1 client_days"); got != (test.want == "") {
				t.Errorf("the new page is known: %t, in %v", got, lines)
			}
		})
	}
}

// For three days a day is provisional and asked again.
func TestDayThatChangesLater(t *testing.T) {
	g := newGoogle(t).fill("2026-09-29")
	var l countingtest.Ledger
	load := func(now string, users int) {
		g.days["2026-09-29"][4].users = users
		source := g.source(t, now, "2026-09-29")
		source.Known, source.Config.Plan.Until = l.Known(), at(t, "2026-09-29")
		if errs := l.Load(t, source); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	load("2026-09-30", 1)
	if got := l.Lines()[:2]; got[0] != "file_events 2026-09-29 is_whole" || got[1] != "  data.example.org/otters.csv 1 client_days" {
		t.Errorf("on the next day: %v", got)
	}
	load("2026-10-02", 2)
	load("2026-10-03", 5)
	load("2026-10-04", 9) // too late
	if got := l.Lines()[:2]; got[0] != "file_events 2026-09-29 is_whole is_final" || got[1] != "  data.example.org/otters.csv 5 client_days" {
		t.Errorf("in the end: %v", got)
	}
}

// A day without a page view is unknown: the tag may have been off.
func TestSilentDay(t *testing.T) {
	g := newGoogle(t).fill("2026-09-28")
	lines, errs := known(t, g.source(t, "2026-10-03", "2026-09-28"))
	if len(errs) == 0 || !strings.Contains(fmt.Sprint(errs), "nobody was counted on the whole site on 2026-09-29") || strings.Contains(fmt.Sprint(lines), "2026-09-29") {
		t.Errorf("errors %v, known %v", errs, lines)
	}
}

func TestWrongConfiguration(t *testing.T) {
	cases := map[string]struct {
		change func(*Source)
		want   string
	}{
		"another zone":    {func(s *Source) { s.Config.Plan.Zone = time.UTC }, "the property has the time zone Europe/London, and the configuration UTC"},
		"no number":       {func(s *Source) { s.Config.Property = "G-ABC123" }, `property "G-ABC123": want its number`},
		"wrong property":  {func(s *Source) { s.Config.Property = "124" }, "PERMISSION_DENIED"},
		"no key":          {func(s *Source) { s.Config.Key = "AIzaInvented" }, "the key file is no JSON"},
		"another service": {func(s *Source) { s.Config.URL = "analytics" }, "leave it out, to ask Google"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			source := newGoogle(t).fill("2026-09-29").source(t, "2026-10-01", "2026-09-29")
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
	email, err := newGoogle(t).source(t, "2026-10-01", "2026-09-29").Check(t.Context())
	if err != nil || email != "reader@project.example.com" {
		t.Errorf("signed in as %s (%v)", email, err)
	}
}

func TestOrigins(t *testing.T) {
	c := &client{config: newGoogle(t).source(t, "2026-10-01", "2026-09-29").Config}
	for in, want := range map[[2]string]string{
		{"google", "organic"}:           "|search|Google",
		{"(direct)", "(none)"}:          "|direct|",
		{"www.example.com", "referral"}: "www.example.com||",
		{"seeker", "organic"}:           "|search|seeker",
		{"ann", "email"}:                "|email|",
		{"chirp", "social"}:             "|social|chirp",
		{"banner", "cpc"}:               "|other|banner",
		{"(not set)", "(not set)"}:      "|other|",
	} {
		got := c.origin(in[0], in[1])
		if text := got.Host + "|" + got.Medium + "|" + got.Name; text != want {
			t.Errorf("%v is %s, want %s", in, text, want)
		}
	}
}

// Nothing is asked where nothing is due, and what is no URL is said in the log.
func TestLogAndRest(t *testing.T) {
	g := newGoogle(t).fill("2026-09-29")
	var log bytes.Buffer
	source := g.source(t, "2026-10-03", "2026-09-29")
	source.Config.Plan.Until = at(t, "2026-09-29")
	source.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var l countingtest.Ledger
	if errs := l.Load(t, source); len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, want := range []string{"metric=pages day=2026-09-29 rows=4 unmatched=1", "tokens_left_hour=39990"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is missing in the log:\n%s", want, &log)
		}
	}
	if strings.Contains(log.String(), token) || strings.Contains(log.String(), "PRIVATE") {
		t.Errorf("a secret is in the log:\n%s", &log)
	}
	asked := g.requests
	source.Known = l.Known()
	if errs := l.Load(t, source); len(errs) > 0 || g.requests != asked {
		t.Errorf("%v, asked %v", errs, g.asked[asked:])
	}
}
