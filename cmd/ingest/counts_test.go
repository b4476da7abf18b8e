package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newMatomo is an invented Matomo on loopback with one page, one download and nothing else a day.
// It is down while isDown says so.
func newMatomo(t *testing.T, token string, isDown *atomic.Bool) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answers := map[string]string{
			"SitesManager.getSiteFromId": `{"idsite":1,"main_url":"https://data.example.org","timezone":"UTC","ts_created":"2025-01-01 00:00:00"}`,
			"Actions.get":                `{"nb_pageviews":3,"nb_downloads":2,"nb_outlinks":0}`,
			"VisitsSummary.get":          `{"nb_visits":2}`,
			"Actions.getPageUrls":        `[{"label":"/dataset/otters","nb_visits":3,"nb_uniq_visitors":2,"nb_hits":3,"url":"https://data.example.org/dataset/otters"}]`,
			"Actions.getDownloads":       `[{"label":"otters.csv","nb_visits":2,"nb_uniq_visitors":1,"nb_hits":2,"url":"https://data.example.org/otters.csv"}]`,
			"Referrers.getReferrerType":  `[{"label":"Direct Entry","nb_visits":2,"nb_uniq_visitors":2,"referrer_type":1}]`,
		}
		switch answer, isKnown := answers[r.PostFormValue("method")]; {
		case isDown.Load():
			w.WriteHeader(http.StatusBadGateway)
		case r.PostFormValue("token_auth") != token:
			fmt.Fprint(w, `{"result":"error","message":"Unable to authenticate with the provided token."}`)
		case isKnown:
			fmt.Fprint(w, answer)
		default:
			fmt.Fprint(w, `[]`)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A day that failed is unknown, and the next run asks for it; what is known is not asked again.
func TestCountsOfAMatomo(t *testing.T) {
	const token = "5ecret5ecret"
	var isDown atomic.Bool
	s := newSite(t)
	s.write("matomo.token", token+"\n")
	s.write("footfall.yaml", "counts:\n  - name: stats\n    kind: matomo\n    url: "+newMatomo(t, token, &isDown)+
		"\n    site: \"1\"\n    site_url: https://data.example.org\n    token_file: matomo.token\n    since: 2026-09-27\n    retries: 0\n    detection: {requests: [0.3, 0.6]}\n")
	isDown.Store(true)
	down := s.ingest("--clock", "2026-09-30T06:00:00Z", "counts").wantCode(t, exitAttention)
	if strings.Contains(down.out+down.err, token) {
		t.Error("the token is shown")
	}
	s.ingest("status").wantCode(t, exitDone)
	isDown.Store(false)
	s.ingest("--clock", "2026-09-30T06:00:00Z", "counts").wantCode(t, exitDone)
	again := s.ingest("--clock", "2026-10-01T06:00:00Z", "counts").wantCode(t, exitDone)
	if !strings.Contains(again.out, "known for good") {
		t.Errorf("the run says %q", again.out)
	}
	read(t, s.path("data/warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `
			with latest as (
				select metric, period_start, max(unit_id) as unit_id from ledger.count_pull group by all
			),
			counted as (
				select usage_count.metric, usage_count.unit, count(distinct usage_count.period_start) as days, sum(usage_count.value) as value
				from raw.usage_count
				join latest on latest.unit_id = usage_count.unit_id
				group by all
			)
			select string_agg(concat_ws(' ', metric, unit, days, value), ', ' order by metric) from counted`)
		if want := "downloads client_days 4 4, pages client_days 4 8"; got != want {
			t.Errorf("counts are\n%s\nwant\n%s", got, want)
		}
		if got := queryText(t, db, `select concat_ws(' ', count(distinct source), max(request_share_low)) from raw.count_source`); got != "1 0.3" {
			t.Errorf("the configured sources are %q", got)
		}
	})
	status := s.ingest("--clock", "2026-10-01T06:00:00Z", "status").wantCode(t, exitDone)
	if !strings.Contains(status.out, "Counts of others") || !strings.Contains(status.out, "stats") {
		t.Errorf("the status says\n%s", status.out)
	}
	// There is no catalogue here, so that all of it is of no dataset.
	s.ingest("--clock", "2026-10-01T06:00:00Z", "models").wantCode(t, exitDone)
	unattributed := s.ingest("unattributed", "--limit", "1").wantCode(t, exitDone)
	for _, text := range []string{"Counted by others", "│ stats  │ data.example.org │ /dataset/otters │", "and 1 more: --limit 2 shows all"} {
		if !strings.Contains(unattributed.out, text) {
			t.Errorf("the list of what found no dataset lacks %q:\n%s", text, unattributed.out)
		}
	}
}

func TestConfigOfCounts(t *testing.T) {
	cases := map[string]struct {
		entry string
		want  []string
	}{
		"a kind that is none": {"name: stats\n    kind: matmo\n", []string{"counts[0].kind", "matomo"}},
		"nothing but a kind":  {"name: stats\n    kind: matomo\n", []string{"counts[0].url", "counts[0].site", "counts[0].token_file", "FOOTFALL_TOKEN_STATS"}},
		"a share that is none": {
			"name: stats\n    kind: matomo\n    detection: {pages: [0.6, 0.3]}\n", []string{"counts[0].detection.pages", "[0.3, 0.6]"},
		},
		"no date":                          {"name: stats\n    kind: matomo\n    since: soon\n", []string{"counts[0].since", "2026-09-30"}},
		"an unknown key":                   {"name: stats\n    kind: matomo\n    tokenfile: x\n", []string{"counts[0].tokenfile", "token_file"}},
		"no name at all":                   {"kind: matomo\n", []string{"counts[0].name"}},
		"an end before the start":          {"name: stats\n    kind: matomo\n    since: 2026-09-02\n    until: 2026-09-01\n", []string{"counts[0].until", "no day is left"}},
		"no time at all":                   {"name: stats\n    kind: matomo\n    timeout: -1s\n", []string{"counts[0].timeout", "60s"}},
		"a number of retries":              {"name: stats\n    kind: matomo\n    retries: -1\n", []string{"counts[0].retries", "0 or more"}},
		"plausible, nothing but a kind":    {"name: stats\n    kind: plausible\n", []string{"counts[0].site", "counts[0].token_file", "Stats API"}},
		"plausible, a metric that is none": {"name: stats\n    kind: plausible\n    metrics: [visits]\n", []string{"counts[0].metrics", "file_events"}},
		"search console, no property": {
			"name: google\n    kind: searchconsole\n    site: data.example.org\n    time_zone: Europe/London\n",
			[]string{"counts[0].site", "sc-domain:example.org", "counts[0].time_zone", "counts[0].token_file", "FOOTFALL_TOKEN_GOOGLE"},
		},
		"a host with http": {"name: stats\n    kind: matomo\n    hosts: [https://old.example.org]\n", []string{"counts[0].hosts", "data.example.org"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("footfall.yaml", "counts:\n  - "+test.entry)
			s.ingest("counts").wantCode(t, exitUsage).wantErr(t, test.want...)
		})
	}
}

// An entry that says nothing of retries has as many as the portal's requests have, and may say none.
func TestRetriesOfAnEntry(t *testing.T) {
	s := newSite(t)
	s.write("token", "5ecret")
	entry := "\n  - {name: %s, kind: matomo, url: https://stats.example.org, site: \"1\", token_file: token%s}"
	s.write("footfall.yaml", "portal: {url: https://data.example.org}\ncounts:"+
		fmt.Sprintf(entry, "a", "")+fmt.Sprintf(entry, "b", ", retries: 0")+fmt.Sprintf(entry, "c", ", retries: 2")+"\n")
	conf, err := readConfig(s.path("footfall.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := []int{conf.Counts[0].retries, conf.Counts[1].retries, conf.Counts[2].retries}
	if diff := cmp.Diff([]int{conf.Portal.Retries, 0, 2}, got); diff != "" {
		t.Errorf("retries (-want +got):\n%s", diff)
	}
}
