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

// countingPortal is another portal that has the first datasets of the site's catalogue, and tells
// how often each was downloaded.
type countingPortal struct {
	*trackingSite
	names     []string
	downloads map[string]int
	isDown    bool
}

func newCountingPortal(t *testing.T) *countingPortal {
	t.Helper()
	p := &countingPortal{trackingSite: newTrackingSite(t), downloads: map[string]int{}}
	p.isOld = true // the catalogue's portal counts nothing
	list := httptest.NewRequest(http.MethodGet, "/api/3/action/package_search?q=*:*&rows=1000&sort=id+asc", nil)
	for _, d := range ask(p.portal.Config.Handler, list)["result"].(map[string]any)["results"].([]any)[:5] {
		p.names = append(p.names, d.(map[string]any)["name"].(string))
		p.downloads[d.(map[string]any)["name"].(string)] = 0
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.isDown {
			fmt.Fprint(w, `{"error_code":"Busy","message":"the key `+exampleSecret+` has to wait"}`)
			return
		}
		results := []any{}
		for _, name := range p.names {
			results = append(results, map[string]any{"dataset_id": name, "metas": map[string]any{"explore": map[string]any{"download_count": p.downloads[name]}}})
		}
		if r.URL.Query().Get("offset") != "0" || r.Header.Get("Authorization") != "Apikey "+exampleSecret {
			results = nil
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"total_count": len(p.names), "results": results}) // a reader that went away is the test's doing
	}))
	t.Cleanup(server.Close)
	text, err := os.ReadFile(p.path("footfall.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p.write("key", exampleSecret+"\n")
	p.write("footfall.yaml", string(text)+"counts:\n  - name: hub\n    kind: counters\n    preset: opendatasoft\n    url: "+server.URL+
		"\n    token_file: key\n    counter: {page: \"{site_url}/dataset/{id}\"}\n")
	return p
}

// A portal's counters are read once a day, and what rises between two readings is use of the dataset.
func TestCountsOfAnotherPortal(t *testing.T) {
	p := newCountingPortal(t)
	p.on(0, "catalogue").wantCode(t, exitDone)
	p.isDown = true
	down := p.on(0, "counts").wantCode(t, exitAttention)
	down.wantErr(t, "hub: ", "has to wait")
	if strings.Contains(down.out+down.err, exampleSecret) {
		t.Error("the key is shown")
	}
	p.isDown = false
	if got := p.on(0, "doctor"); !strings.Contains(got.out, "counts: hub: the portal answers with 5 counters") {
		t.Errorf("the doctor says\n%s", got.out)
	}
	p.on(0, "counts").wantCode(t, exitDone)
	if got := p.on(0, "counts", "--source", "hub").wantCode(t, exitDone); !strings.Contains(got.out, "hub: nothing new") {
		t.Errorf("the second run of the day says %q", got.out)
	}
	p.downloads[p.names[1]] = 3
	p.on(1, "counts").wantCode(t, exitDone)
	p.on(1, "models").wantCode(t, exitDone)
	read(t, p.path("warehouse.duckdb"), func(db *sql.DB) {
		got := queryText(t, db, `select string_agg(concat_ws(' ', usage_kind, dim_dataset.name, unit, value_low, value_high), ', ')
			from fct_dataset_period join dim_dataset using (dataset_id) where source = 'hub'`)
		if want := "request " + p.names[1] + " events 1 3"; got != want {
			t.Errorf("use is %q, want %q", got, want)
		}
	})
	gone := p.names
	p.names = p.names[:2]
	p.downloads[p.names[0]] = 9
	p.on(2, "counts").wantCode(t, exitAttention).wantErr(t, "of 5 counters of downloads known only 2 came")
	p.on(2, "counts", "--accept-shrink").wantCode(t, exitDone)
	p.names = gone
}

func TestConfigOfCounters(t *testing.T) {
	cases := map[string]struct {
		entry string
		want  []string
	}{
		"a preset that is none": {"preset: opendatasof\n", []string{"counts[0].preset", "the nearest is opendatasoft"}},
		"nothing said": {"url: https://hub.example.org\n", []string{
			"counts[0].counter.address", "counts[0].counter.id", "counts[0].counter.page", "counts[0].counter.values",
		}},
		"a hub without a query":      {"preset: arcgis-hub\n    site_url: https://hub.example.org\n", []string{"counts[0].site", "orgid:"}},
		"no pages of the site":       {"preset: opendatasoft\n    url: https://hub.example.org\n", []string{"counts[0].site_url"}},
		"pages without an end":       {"url: https://hub.example.org\n    counter: {address: '/list?page={page}', id: id, page: '{id}', values: {pages: n}}\n", []string{"counts[0].counter.total", "whether all came"}},
		"a metric that is none":      {"preset: opendatasoft\n    url: https://hub.example.org\n    counter: {values: {visits: a.b}}\n", []string{"counts[0].counter.values", `"visits"`, "downloads"}},
		"a header without the token": {"preset: opendatasoft\n    url: https://hub.example.org\n    counter: {header: X-Key}\n", []string{"counts[0].counter.header", "{token}"}},
		"a key that is unknown":      {"preset: opendatasoft\n    counter: {lists: x}\n", []string{"counter.lists", "list"}},
		"a key of another kind":      {"preset: opendatasoft\n    files: [a.csv]\n", []string{"counts[0].files"}},
		"another unit":               {"preset: opendatasoft\n    unit: hits\n", []string{"counts[0].unit", "client_days"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.write("footfall.yaml", "counts:\n  - name: hub\n    kind: counters\n    "+test.entry)
			s.ingest("counts").wantCode(t, exitUsage).wantErr(t, test.want...)
		})
	}
}
