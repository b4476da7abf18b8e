package warehouse

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// openPlain opens a warehouse whose texts lie in its file as they are.
func openPlain(t *testing.T, file string) *Warehouse {
	t.Helper()
	schema := schemaFS(t)
	for _, entry := range schema {
		entry.Data = regexp.MustCompile(` using compression \w+`).ReplaceAll(entry.Data, nil)
	}
	w, err := Open(t.Context(), file, Options{Schema: schema, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	exec(t, w.DB(), `set force_compression = 'uncompressed'`)
	return w
}

// planted are the texts of the test, by what they stand for; all but those of keptTexts have to go.
var planted = map[string]string{
	"agent of an old hit":      "agent-oldone-7f3a9c51e20b",
	"agent of a kept hit":      "agent-newone-1d8e4b6a90c2",
	"referrer of an old hit":   "/referrer-oldone-5b2c8d7e1f",
	"referrer of a kept hit":   "/referrer-newone-9e1f3a6d4c",
	"search of an old hit":     "q=search-oldone-3c7d9a1b5e",
	"search of a kept hit":     "q=search-newone-6a2e8c4d0f",
	"path that hardly anybody": "/private-oldone-8d4f2b6c7a/x",
	"path that never answered": "/scanner-oldone-2e9a7c5d1b/x.php",
	"path with no hit at all":  "/orphan-oldone-4b6d8f0a2c/x",
	"file of a shared folder":  "/shared-folder-7c1e5a9b3d/tile-1.png",
	"file of a dataset":        "/dataset-file-0f2d4b6a8c.csv",
	"file of the catalogue":    "/catalogue-file-1a3c5e7f9b.csv",
}

var keptTexts = []string{
	"agent of a kept hit", "file of a dataset", "file of a shared folder", "file of the catalogue", "referrer of a kept hit", "search of a kept hit",
}

// fillPlanted plants the texts, with hits of a day that is pruned and of one that is not.
func fillPlanted(t *testing.T, w *Warehouse) {
	t.Helper()
	url := func(id int, what string) string {
		path, query := planted[what], ""
		if strings.HasPrefix(path, "q=") {
			path, query = "/search", path
		}
		return fmt.Sprintf(`(%d, 'a.example.org', '%s', '%s', 1)`, id, path, query)
	}
	exec(t, w.DB(),
		`insert into ledger.unit (unit_id, stream_id, start_offset, loaded_at) values (1, 's', 0, '2026-01-03 00:00:00')`,
		`insert into ledger.unit_hour (unit_id, hour_at) values (1, '2026-01-01 10:00:00')`,
		`insert into raw.agent values (1, '`+planted["agent of an old hit"]+`', 1), (2, '`+planted["agent of a kept hit"]+`', 1)`,
		`insert into raw.referrer values (1, 'b.example.org', '`+planted["referrer of an old hit"]+`', 1), (2, 'b.example.org', '`+planted["referrer of a kept hit"]+`', 1),
			(3, 'named-by-a-tool.example.com', '', 1), (4, 'named-by-none.example.com', '', 1)`,
		`insert into raw.referral_count (referrer_host) values ('named-by-a-tool.example.com')`,
		`insert into raw.url values `+strings.Join([]string{
			url(1, "search of an old hit"), url(2, "search of a kept hit"), url(3, "path that hardly anybody"), url(4, "path that never answered"),
			url(5, "path with no hit at all"), url(6, "file of a shared folder"), url(7, "file of a dataset"), url(8, "file of the catalogue"),
			`(9, 'a.example.org', '/shared-folder-7c1e5a9b3d/tile-2.png', '', 1)`,
		}, ", "),
		`insert into raw.hit (hit_at, agent_id, referrer_id, url_id) values
			('2026-01-01 10:00:00', 1, 1, 1), ('2026-01-01 10:00:00', 1, 1, 3), ('2026-01-01 10:00:00', 1, 1, 6), ('2026-01-01 10:00:00', 1, 1, 7),
			('2026-03-01 10:00:00', 2, 2, 2)`,
		`insert into raw.resource (resource_id, url_id) values ('r', 8)`,
		`insert into traffic.url_target values (1, null, null, 'none', 'search', '1'), (2, null, null, 'none', 'search', '1'),
			(7, 'd', 'r', 'request', 'resource_url', '1')`,
		`insert into traffic.classified values ('url_target', 'A', 1)`,
		`create table int_url_day as select * from (values
			(1, date '2026-01-01', 'good', 'regular', 90), (2, date '2026-03-01', 'good', 'regular', 90), (3, date '2026-01-01', 'good', 'regular', 4),
			(3, date '2026-01-01', 'good', 'robot', 9), (3, date '2026-01-01', 'other', 'regular', 9), (4, date '2026-01-01', 'error', 'regular', 9),
			(6, date '2026-01-01', 'good', 'machine', 1), (9, date '2026-01-02', 'good', 'regular', 4), (7, date '2026-01-01', 'good', 'regular', 1)
			) as days (url_id, day, outcome, visitor_kind, client_days)`,
		`create table unattributed_url as select url_id, host, path, query from raw.url`,
		`insert into ledger.build (build_id, last_unit_id, as_of_date) values (1, 1, '2026-03-31')`)
}

// findPlanted lists the planted texts that a database has in a text column, and those that any
// file of its folder has in its bytes.
func findPlanted(t *testing.T, w *Warehouse) (inTables, inFiles []string) {
	t.Helper()
	exec(t, w.DB(), `checkpoint`)
	columns, err := collect(t.Context(), w.DB(), scanPair, `
		select '"' || schema_name || '"."' || table_name || '"', '"' || column_name || '"'
		from duckdb_columns() where data_type = 'VARCHAR' and not internal`)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(w.path), "*"))
	if err != nil {
		t.Fatal(err)
	}
	for what, planted := range planted {
		for _, column := range columns {
			if text(t, w.DB(), `select count(*) > 0 from `+column[0]+` where contains(`+column[1]+`, '`+planted+`')`) == "true" {
				inTables = append(inTables, what)
				break
			}
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err == nil && bytes.Contains(data, []byte(planted)) {
				inFiles = append(inFiles, what)
				break
			}
		}
	}
	slices.Sort(inTables)
	slices.Sort(inFiles)
	return inTables, inFiles
}

// Texts are planted, found, pruned with the hits of their day, and looked for in every text column
// and in the bytes of every file.
func TestPruneForgetsTexts(t *testing.T) {
	dir := t.TempDir()
	w := openPlain(t, filepath.Join(dir, "warehouse.duckdb"))
	fillPlanted(t, w)
	var all []string
	for what := range planted {
		all = append(all, what)
	}
	slices.Sort(all)
	inTables, inFiles := findPlanted(t, w)
	if diff := cmp.Diff([][]string{all, all}, [][]string{inTables, inFiles}); diff != "" {
		t.Fatalf("before pruning, in tables and files (-want +got)\n%s", diff)
	}
	if err := w.Prune(t.Context(), []time.Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, nil, noon); err != nil {
		t.Fatal(err)
	}
	tables := []PublishedTable{{Name: "int_url_day", Columns: []string{"url_id", "day"}}}
	if err := w.Publish(t.Context(), filepath.Join(dir, "usage.duckdb"), tables, nil); err != nil {
		t.Fatal(err)
	}
	inTables, inFiles = findPlanted(t, w)
	if diff := cmp.Diff([][]string{keptTexts, keptTexts}, [][]string{inTables, inFiles}); diff != "" {
		t.Errorf("after pruning, in tables and files (-want +got)\n%s", diff)
	}
	if got := text(t, w.DB(), `select count(*) || ' ' || count(distinct host) from raw.url`); got != "9 1" {
		t.Errorf("URLs and hosts: %q, want 9 of one host: whose traffic it was stays known", got)
	}
	if got := text(t, w.DB(), `select string_agg(host, ' ') from raw.referrer where path = ''`); got != "named-by-a-tool.example.com" {
		t.Errorf("referring hosts left: %q, want the one that a tool counted", got)
	}
}

// What a forgotten text meant stays when rules change, and a text that comes again is classified.
func TestForgottenTextsKeepTheirMeaning(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	fillPlanted(t, w)
	if err := w.Prune(t.Context(), []time.Time{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, nil, noon); err != nil {
		t.Fatal(err)
	}
	step := func(version string) Step {
		return Step{
			Name: "url_target", Version: version, Texts: "raw.url", Key: "url_id", Read: []string{"path"}, Into: "traffic.url_target",
			Write:    []string{"dataset_id", "resource_id", "usage_kind", "rule"},
			Classify: func(read []string, add func(...string)) { add("", "", "none", version+" "+read[0]) },
		}
	}
	const rules = `select string_agg(rule, ', ' order by rule) from traffic.url_target where url_id in (1, 3, 7)`
	for _, test := range []struct{ name, version, statement, want string }{
		{"new rules", "B", `select 1`, "B /dataset-file-0f2d4b6a8c.csv, search"},
		{"it came again", "B", `insert into ledger.unit (unit_id, stream_id, start_offset) values (2, 's', 9);
			insert into raw.url values (1, 'a.example.org', '/search', 'q=x', 2)`, "B /dataset-file-0f2d4b6a8c.csv, B /search"},
		{"newer rules", "C", `select 1`, "C /dataset-file-0f2d4b6a8c.csv, C /search"},
	} {
		exec(t, w.DB(), test.statement)
		if _, err := w.Classify(t.Context(), step(test.version)); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got := text(t, w.DB(), rules); got != test.want {
			t.Errorf("%s: rules %q, want %q", test.name, got, test.want)
		}
	}
}

func scanPair(rows *sql.Rows, pair *[2]string) error { return rows.Scan(&pair[0], &pair[1]) }
