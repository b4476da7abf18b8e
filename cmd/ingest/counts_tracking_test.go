package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// trackingSite is a site whose portal also counts visits: as often as said, of each dataset and of
// each address of a file.
type trackingSite struct {
	*site
	counts map[string]int64 // by name of a dataset, or URL of a resource
	isOld  bool             // it tells them for one dataset at a time
}

func newTrackingSite(t *testing.T) *trackingSite {
	t.Helper()
	s := &trackingSite{site: newSite(t), counts: map[string]int64{}}
	portal := s.portal.Config.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/package_show") {
			s.show(w, r, portal)
			return
		}
		answer := ask(portal, r)
		if result, ok := answer["result"].(map[string]any); ok && !s.isOld {
			datasets, _ := result["results"].([]any)
			for _, d := range datasets {
				s.track(d.(map[string]any))
			}
		}
		_ = json.NewEncoder(w).Encode(answer) // a reader that went away is the test's doing
	}))
	t.Cleanup(server.Close)
	text, err := os.ReadFile(s.path("footfall.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s.write("footfall.yaml", strings.ReplaceAll(string(text), s.portal.URL, server.URL))
	return s
}

func ask(portal http.Handler, r *http.Request) map[string]any {
	recorder := httptest.NewRecorder()
	portal.ServeHTTP(recorder, r)
	answer := map[string]any{}
	_ = json.Unmarshal(recorder.Body.Bytes(), &answer) // what is no object stays empty
	return answer
}

// show finds one dataset in the list, as the simulator shows lists only.
func (s *trackingSite) show(w http.ResponseWriter, r *http.Request, portal http.Handler) {
	list := httptest.NewRequest(http.MethodGet, "/api/3/action/package_search?q=*:*&rows=1000&sort=id+asc", nil)
	for _, d := range ask(portal, list)["result"].(map[string]any)["results"].([]any) {
		dataset := d.(map[string]any)
		if dataset["id"] == r.URL.Query().Get("id") {
			s.track(dataset)
			_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "result": dataset}) // see above
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}

func (s *trackingSite) track(dataset map[string]any) {
	summary := func(key any) map[string]any { return map[string]any{"total": s.counts[key.(string)], "recent": 0} }
	dataset["tracking_summary"] = summary(dataset["name"])
	for _, r := range dataset["resources"].([]any) {
		resource := r.(map[string]any)
		resource["tracking_summary"] = summary(resource["url"])
	}
}

// firstDataset is the name of a dataset of the portal, and how many there are.
func (s *trackingSite) firstDataset() (name string, count int) {
	s.t.Helper()
	list := httptest.NewRequest(http.MethodGet, "/api/3/action/package_search?q=*:*&rows=1000&sort=id+asc", nil)
	result := ask(s.portal.Config.Handler, list)["result"].(map[string]any)
	all := result["results"].([]any)
	return all[0].(map[string]any)["name"].(string), len(all)
}

// readings is the sum of each reading of the pages, oldest first.
func (s *trackingSite) readings() string {
	s.t.Helper()
	var text string
	read(s.t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		text = queryText(s.t, db, `select string_agg(concat_ws(' ', period_start, row_count, total_value), ', ' order by pulled_at)
			from ledger.count_pull where metric = 'pages' and source = 'demo-tracking'`)
	})
	return text
}

func (s *trackingSite) on(day int, args ...string) result {
	s.t.Helper()
	clock := s.at.AddDate(0, 0, day).Format("2006-01-02T15:04:05Z")
	return s.ingest(append([]string{"--clock", clock}, args...)...)
}

// The portal's own counts are read once a day with `run`, and by `counts` on demand.
func TestTrackingIsRead(t *testing.T) {
	s := newTrackingSite(t)
	name, datasets := s.firstDataset()
	s.counts[name] = 4
	s.on(0, "catalogue").wantCode(t, exitDone)
	if got := s.on(0, "counts").wantCode(t, exitDone); !strings.Contains(got.out, "demo-tracking: 2 answers") {
		t.Errorf("the first run says %q", got.out)
	}
	if got := s.on(0, "counts").wantCode(t, exitDone); !strings.Contains(got.out, "demo-tracking: nothing new") {
		t.Errorf("the second run of the day says %q", got.out)
	}
	s.on(1, "counts", "--source", "demo-tracking").wantCode(t, exitDone) // nothing rose
	s.counts[name] = 6
	s.on(2, "counts").wantCode(t, exitDone)
	day := func(n int) string { return s.at.AddDate(0, 0, n).Format("2006-01-02") }
	want := fmt.Sprintf("%s %d 4, %s %d 6", day(0), datasets, day(2), datasets)
	if got := s.readings(); got != want {
		t.Errorf("readings are\n%s\nwant\n%s", got, want)
	}
	standing := s.on(11, "counts").wantCode(t, exitAttention)
	standing.wantErr(t, "no count of the page tracking has risen since "+day(2), "portal.tracking: off")
	read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		if got := queryText(t, db, `select string_agg(concat_ws(' ', source, kind), ', ') from raw.count_source`); got != "demo-tracking ckan_tracking" {
			t.Errorf("the sources of counts are %q", got)
		}
	})
}

// A portal that does not count is asked once a run, with one small request, and is no source.
func TestPortalThatDoesNotCount(t *testing.T) {
	s := newTrackingSite(t)
	s.isOld = true
	s.on(0, "counts").wantCode(t, exitDone)
	read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
		if got := queryText(t, db, `select count(*) from raw.count_source`); got != "0" {
			t.Errorf("%s sources of counts, want none", got)
		}
	})
	if got := s.on(0, "doctor"); !strings.Contains(got.out, "portal.tracking: the portal counts no visits itself") {
		t.Errorf("the doctor says\n%s", got.out)
	}
}

func TestTrackingOfOneDatasetAtATime(t *testing.T) {
	s := newTrackingSite(t)
	s.isOld = true
	name, datasets := s.firstDataset()
	s.counts[name] = 4
	if got := s.on(0, "doctor"); !strings.Contains(got.out, "set portal.tracking: on to read them, with "+fmt.Sprint(datasets)+" requests a day") {
		t.Errorf("the doctor says\n%s", got.out)
	}
	text, err := os.ReadFile(s.path("footfall.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s.write("footfall.yaml", strings.Replace(string(text), "portal:\n", "portal:\n  tracking: on\n  tracking_pace: 1ms\n", 1))
	s.on(0, "counts").wantCode(t, exitDone)
	if got, want := s.readings(), fmt.Sprintf("%s %d 4", s.at.Format("2006-01-02"), datasets); got != want {
		t.Errorf("readings are %s, want %s", got, want)
	}
	if _, err := os.Stat(s.path("tracking.jsonl")); !os.IsNotExist(err) {
		t.Errorf("the file of the way there is left: %v", err)
	}
}

func TestConfigOfTracking(t *testing.T) {
	cases := map[string]struct {
		text string
		want []string
	}{
		"a word that is none":  {"portal:\n  url: https://data.example.org\n  tracking: yes please\n", []string{"portal.tracking", "auto, on, off"}},
		"a share that is none": {"portal:\n  url: https://data.example.org\n  tracking_detection: {pages: [2]}\n", []string{"portal.tracking_detection.pages", "[0.3, 0.6]"}},
		"its name taken":       {"portal:\n  url: https://data.example.org\ncounts:\n  - name: portal-tracking\n    kind: matomo\n", []string{"counts[0].name", "own page tracking"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("footfall.yaml", test.text)
			s.ingest("counts").wantCode(t, exitUsage).wantErr(t, test.want...)
		})
	}
}
