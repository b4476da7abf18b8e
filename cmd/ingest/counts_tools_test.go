package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// An exampleTool answers as a tool does, with the same little for every day; down is its answer
// while it is down.
type exampleTool struct {
	entry  string // of counts, but for url; token_file is where its secret is
	answer func(r *http.Request, body []byte) string
	down   string
	said   string // of what the doctor says
	want   string // metric, days, of these final, value
}

const exampleSecret = "5ecret5ecret"

func exampleTools() map[string]exampleTool {
	return map[string]exampleTool{
		"plausible": {
			entry: "kind: plausible\n    site: data.example.org\n    since: 2026-09-20\n    metrics: [pages, file_events, referrals]\n",
			down:  `{"error":"Too many API requests. The limit is 600 per hour."}`,
			answer: func(r *http.Request, body []byte) string {
				rows := ""
				switch {
				case r.URL.Path != "/api/v2/query" || r.Header.Get("Authorization") != "Bearer "+exampleSecret:
					return `{"error":"Invalid API key or site ID."}`
				case bytes.Contains(body, []byte(`"time:day"`)):
					for day := 20; day < 30; day++ {
						rows += fmt.Sprintf(`,{"dimensions":["2026-09-%d"],"metrics":[2,3]}`, day)
					}
				case bytes.Contains(body, []byte(`"visit:source"`)):
					rows = `,{"dimensions":["Google","data.example.org","/dataset/otters"],"metrics":[2,3]}`
				case bytes.Contains(body, []byte(`"event:page"`)):
					rows = `,{"dimensions":["data.example.org","/dataset/otters"],"metrics":[2,3]}`
				default:
					rows = `,{"dimensions":["https://data.example.org/otters.csv"],"metrics":[1,3]}`
				}
				return fmt.Sprintf(`{"results":[%s],"meta":{"total_rows":%d}}`, strings.TrimPrefix(rows, ","), strings.Count(rows, "dimensions"))
			},
			said: "Plausible answers for site data.example.org: 30 page views in seven days",
			want: "file_events client_days 10 9 10, pages client_days 10 9 20, referrals client_days 10 9 20",
		},
		"searchconsole": {
			entry: "kind: searchconsole\n    site: sc-domain:example.org\n    since: 2026-09-20\n",
			down:  `{"error":{"code":429,"message":"Quota exceeded for quota metric 'Search Analytics QPS'."}}`,
			answer: func(r *http.Request, body []byte) string {
				if r.URL.Path == "/token" {
					return `{"access_token":"` + exampleSecret + `","expires_in":3599,"token_type":"Bearer"}`
				}
				rows := ""
				switch {
				case r.Header.Get("Authorization") != "Bearer "+exampleSecret || !strings.Contains(r.URL.Path, "sc-domain:example.org"):
					return `{"error":{"code":403,"message":"No."}}`
				case !bytes.Contains(body, []byte(`"startRow":0`)):
				case bytes.Contains(body, []byte(`"date"`)):
					for day := 20; day < 30; day++ { // of which the 29th is not over in California
						rows += fmt.Sprintf(`,{"keys":["2026-09-%d"],"clicks":4}`, day)
					}
				default:
					rows = `,{"keys":["https://data.example.org/dataset/otters"],"clicks":4}`
				}
				return `{"rows":[` + strings.TrimPrefix(rows, ",") + `]}`
			},
			said: "Search Console answers for sc-domain:example.org: 40 clicks in ten days, counted up to 2026-09-29",
			want: "search_clicks events 9 6 36",
		},
	}
}

// Each tool that is asked from day to day: nothing is known while it is down, and all afterwards;
// the doctor says which is the case, and neither shows the secret.
func TestCountsOfTools(t *testing.T) {
	for name, tool := range exampleTools() {
		t.Run(name, func(t *testing.T) {
			var isDown atomic.Bool
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if isDown.Load() && r.URL.Path != "/token" {
					w.WriteHeader(http.StatusTooManyRequests)
					fmt.Fprint(w, tool.down)
					return
				}
				fmt.Fprint(w, tool.answer(r, body))
			}))
			t.Cleanup(server.Close)
			s := newSite(t)
			secret := exampleSecret
			if name == "searchconsole" {
				secret = keyFile(t, server.URL+"/token")
			}
			s.write("secret", secret+"\n")
			s.write("footfall.yaml", "counts:\n  - name: stats\n    url: "+server.URL+"\n    site_url: https://data.example.org\n    token_file: secret\n    retries: 0\n    "+tool.entry)
			run := func(code int, texts ...string) {
				t.Helper()
				for _, command := range []string{"counts", "doctor"} {
					got := s.ingest("--clock", "2026-09-30T06:00:00Z", command)
					said := got.out + got.err
					if command == "counts" {
						got.wantCode(t, code)
					} else if !strings.Contains(said, texts[0]) {
						t.Errorf("the doctor does not say %q:\n%s", texts[0], said)
					}
					if strings.Contains(said, exampleSecret) || strings.Contains(said, "PRIVATE") {
						t.Errorf("%s shows the secret:\n%s", command, said)
					}
				}
			}
			isDown.Store(true)
			run(exitAttention, "FAIL  counts: stats: "+server.URL)
			isDown.Store(false)
			run(exitDone, "ok    counts: stats: "+tool.said)
			read(t, s.path("data/warehouse.duckdb"), func(db *sql.DB) {
				got := queryText(t, db, `
					with pulls as (
						select metric, count(*) as days, count(*) filter (is_final) as final, sum(total_value) as value
						from ledger.count_pull group by metric
					),
					units as (
						select distinct metric, unit from raw.usage_count union select distinct metric, unit from raw.referral_count
					)
					select string_agg(concat_ws(' ', metric, unit, days, final, value), ', ' order by metric) from pulls join units using (metric)`)
				if got != tool.want {
					t.Errorf("pulls are\n%s\nwant\n%s", got, tool.want)
				}
			})
		})
	}
}
