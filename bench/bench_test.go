package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources/counting"
	"footfall/internal/sources/matomo"
	"footfall/internal/sources/sourcestest"
)

func TestSamplesAreTheSameEachTime(t *testing.T) {
	for _, form := range []string{"plain", "gzip", "json"} {
		t.Run(form, func(t *testing.T) {
			var first, second []byte
			for _, into := range []*[]byte{&first, &second} {
				s, err := generate(t.TempDir(), form, 20_000)
				if err != nil {
					t.Fatal(err)
				}
				for _, path := range s.paths {
					text, err := os.ReadFile(path)
					if err != nil {
						t.Fatal(err)
					}
					*into = append(*into, text...)
				}
			}
			if !bytes.Equal(first, second) {
				t.Error("two samples of one size differ")
			}
			if lines := bytes.Count(first, []byte("\n")); form != "gzip" && lines != 20_000 {
				t.Errorf("%d lines, want 20000", lines)
			}
		})
	}
}

// The names are those that whoever reads the output looks for.
func TestRatios(t *testing.T) {
	var all results
	for i, r := range ratios {
		all = append(all, result{form: r.form, name: r.rival, lines: linesAtScale1, measurement: measurement{cpu: 4, wall: 2 + float64(i)}})
	}
	for _, form := range []string{"plain", "gzip", "json"} {
		all = append(all, result{form: form, name: "footfall", lines: linesAtScale1, measurement: measurement{cpu: 2, wall: 1, memory: 100}})
	}
	want := []string{
		"ratio plain_cpu_duckdb_regexp 2.00", "ratio plain_cpu_duckdb_split 2.00", "ratio plain_cpu_goaccess 2.00",
		"ratio gzip_cpu_duckdb_regexp 2.00", "ratio gzip_wall_duckdb_split 6.00", "ratio gzip_cpu_goaccess 2.00", "ratio json_cpu_duckdb 2.00",
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(all.ratios(linesAtScale1)), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	large := result{form: "plain", name: "footfall", lines: 10 * linesAtScale1, measurement: measurement{cpu: 20, memory: 110}}
	if got := append(all, large).ratios(10 * linesAtScale1); got != "ratio memory_20m_2m 1.10\n" {
		t.Errorf("ratios of the large sample: %q", got)
	}
}

func TestRatioOfCounts(t *testing.T) {
	all := results{
		{form: "counts", name: "30 days", lines: 30 * countedRows, measurement: measurement{memory: 100}},
		{form: "counts", name: "90 days", lines: 90 * countedRows, measurement: measurement{memory: 120}},
	}
	if got := all.ratios(linesAtScale1); got != "ratio memory_counts_90d_30d 1.20\n" {
		t.Errorf("the ratio is %q", got)
	}
}

// The invented Matomo answers so that a source takes its days whole.
func TestCountsAreWhole(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(answerAsMatomo))
	defer server.Close()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	source := &matomo.Source{
		Config: matomo.Config{
			Name: "stats", URL: server.URL, SiteID: "1", SiteURL: "https://data.example.org", Token: "invented",
			Plan: counting.Plan{Since: day, Until: day},
		},
		Now: func() time.Time { return day.AddDate(0, 1, 0) },
	}
	rows := 0
	for unit, err := range source.Units(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		tables := sourcestest.Drain(t, unit)
		rows += len(tables["raw.usage_count"])
		if got := tables.Text("ledger.count_pull", "is_whole", "hides_tail"); got[0] != "true|false" {
			t.Errorf("%s is whole and hides its tail: %s", unit.Name, got[0])
		}
	}
	if rows != countedRows {
		t.Errorf("%d rows a day, want %d", rows, countedRows)
	}
}

func TestMarkdown(t *testing.T) {
	all := results{{form: "json", name: "footfall", lines: 2_000_000, measurement: measurement{cpu: 4, wall: 2.5, memory: 3 << 20, disk: 1 << 20}}}
	_, rows, _ := strings.Cut(all.markdown(), "---:|\n")
	if want := "| json | 2000000 | footfall | 4.00 | 2.50 | 500000 | 3 | 1 |\n"; rows != want {
		t.Errorf("rows are %q, want %q", rows, want)
	}
}

func TestMedian(t *testing.T) {
	got := median([]measurement{{cpu: 9, wall: 1}, {cpu: 1, wall: 3}, {cpu: 5, wall: 2}})
	if got.cpu != 5 || got.wall != 2 {
		t.Errorf("median is %+v, want cpu 5 and wall 2", got)
	}
}

// The models' ratios are of processor seconds; those of the models that are built by the day are
// shares of them.
func TestModelRatios(t *testing.T) {
	run := func(hits int) modelRun {
		return modelRun{
			hits: hits, reference: measurement{cpu: 10}, full: measurement{cpu: 100}, newDay: measurement{cpu: 10},
			fullModels: []builtModel{{"facts", true, 0, 150}, {"marts", false, 0, 50}},
			newModels:  []builtModel{{"facts", true, 0, 4}, {"marts", false, 0, 12}},
		}
	}
	want := []string{"ratio models_full_reference_2m 10.00", "ratio models_full_reference_20m 10.00", "ratio models_day_facts 30.00", "ratio models_day_all 10.00"}
	got := modelRatios([]modelRun{run(2_000_000), run(5_000_000), run(20_000_000)})
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(got), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The whole way on a small world: filled, built in full, one more day, and built again. Its days
// are measured and its datasets used, so that the models have work to do.
func TestModelsAreBuilt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "warehouse.duckdb")
	do := func(args ...string) string {
		t.Helper()
		var out strings.Builder
		if err := runModels(t.Context(), &out, time.Now, args); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	do("fill", file, "2000", "0", "3")
	do("reference", file)
	do("build", file, "3")
	do("fill", file, "2000", "3", "4")
	var built []builtModel
	if err := json.Unmarshal([]byte(do("build", file, "4")), &built); err != nil {
		t.Fatal(err)
	}
	for _, m := range built {
		if m.Name == "int_click" && !m.IsDay || m.Name == "dataset_status" && (m.IsDay || m.Rows < 10_000) {
			t.Errorf("%+v", m)
		}
	}
	db, err := sql.Open("duckdb", file+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{
		`select count(*) = 8000 from raw.hit`,
		`select count(*) = 2 and sum(day_count) = 3 + 2 from ledger.build`,
		`select count(*) = 8 and bool_and(is_measured) from int_host_day where host <> 'archive.example.com'`,
		`select count(*) > 50 from dataset_status where status = 'used'`,
		`select sum(clients) > 1000 and sum(hits) > sum(clients) from reference`,
	} {
		var isSo bool
		if err := db.QueryRowContext(t.Context(), query).Scan(&isSo); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if !isSo {
			t.Errorf("not so: %s", query)
		}
	}
}
