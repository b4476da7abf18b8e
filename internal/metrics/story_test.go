package metrics

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	files "footfall/sql"
)

var update = flag.Bool("update", false, "rewrite what the stories in testdata want")

// TestModels runs every story of testdata/models: tables in, rows out. NAME.txtar and
// NAME-case.txtar tell of the model NAME. A table that the story gives stands for the model of
// that name; what it does not give is built by the real models from what it does.
//
// Of setting, only what the story is about needs to be given: the rest is the usual. Days are
// those from first_date to as_of_date, and all are built, unless the story says otherwise. A cell
// with nothing is null, <empty> is an empty text. A file setup.sql runs after the tables are
// filled, for rows by the hundred; a file where says which rows of many are wanted.
func TestModels(t *testing.T) { runStories(t, "models") }

// TestChecks runs every story of testdata/checks: what a check returns on data that break its
// promise.
func TestChecks(t *testing.T) { runStories(t, "checks") }

func runStories(t *testing.T, folder string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatalf("testdata/%s holds no story", folder)
	}
	for _, name := range names {
		story := strings.TrimSuffix(filepath.Base(name), ".txtar")
		t.Run(story, func(t *testing.T) {
			model, _, _ := strings.Cut(story, "-")
			tell(t, name, model)
		})
	}
}

// TestEveryFileHasAStory fails for a model or a check without one: each promise has a case in
// which it is broken, each number a case in which it is known.
func TestEveryFileHasAStory(t *testing.T) {
	for folder, layers := range map[string][]string{"models": {"intermediate", "marts"}, "checks": {"checks"}} {
		for _, layer := range layers {
			for _, m := range mustReadLayer(t, layer) {
				stories, err := filepath.Glob(filepath.Join("testdata", folder, m.Name+"*.txtar"))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(stories, func(story string) bool {
					name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(story), ".txtar"), "-")
					return name == m.Name
				}) {
					t.Errorf("%s/%s.sql has no story in testdata/%s", layer, m.Name, folder)
				}
			}
		}
	}
}

func tell(t *testing.T, file, model string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	db := openSchema(t)
	given, setup, where, want := map[string]bool{}, "", "true", -1
	execute(t, db, `insert into build_setting
			(as_of_date, first_date, threshold, page_threshold, phi_default, full_year_days, year_start_month)
		values (date '2026-03-31', date '2025-04-01', 5, 20, 2, 270, 1)`)
	for i, f := range archive.Files {
		table, isTable := strings.CutSuffix(f.Name, ".csv")
		switch {
		case f.Name == "want":
			want = i
		case f.Name == "setup.sql":
			setup = string(f.Data)
			for _, m := range catalogued(t) {
				given[m.Name] = given[m.Name] || strings.Contains(setup, "create table "+m.Name+" ")
			}
		case f.Name == "where":
			where = string(f.Data)
		case table == "setting":
			setSetting(t, db, f.Data)
		case isTable:
			given[table] = true
			fillTable(t, db, table, f.Data)
		default:
			t.Fatalf("%s: %s is none of TABLE.csv, setting.csv, setup.sql, where, want", file, f.Name)
		}
	}
	if want < 0 {
		t.Fatalf("%s: there is no want", file)
	}
	if !given["dim_date"] {
		execute(t, db, strings.ReplaceAll(insertDays, "$1", "1"))
	}
	if !given["build_window"] {
		execute(t, db, insertWindows)
	}
	if !given["build_day"] {
		execute(t, db, `insert into build_day select day from dim_date`)
	}
	if setup != "" {
		execute(t, db, setup)
	}
	all := catalogued(t)
	target := slices.IndexFunc(all, func(m *Model) bool { return m.Name == model })
	if target < 0 {
		t.Fatalf("%s: there is no model or check %s", file, model)
	}
	buildFor(t, db, all, all[target], given)
	header, _, _ := strings.Cut(string(archive.Files[want].Data), "\n")
	got := answer(t, db, all[target], where, strings.Split(header, ","))
	if *update {
		archive.Files[want].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(archive.Files[want].Data), got); diff != "" {
		t.Errorf("%s\n(-want +got)\n%s", strings.TrimSpace(string(archive.Comment)), diff)
	}
}

// buildFor builds what m reads and the story does not give, and what that reads in turn.
func buildFor(t *testing.T, db *sql.DB, all []*Model, m *Model, given map[string]bool) {
	t.Helper()
	for _, name := range m.Reads {
		i := slices.IndexFunc(all, func(m *Model) bool { return m.Name == name })
		if i < 0 || given[name] {
			continue
		}
		given[name] = true
		buildFor(t, db, all, all[i], given)
		kind := "table"
		if all[i].IsView {
			kind = "view"
		}
		execute(t, db, `create `+kind+` `+name+` as `+all[i].Text)
	}
}

func answer(t *testing.T, db *sql.DB, m *Model, where string, columns []string) string {
	t.Helper()
	casts := make([]string, len(columns))
	for i, column := range columns {
		if !m.has(column) {
			t.Fatalf("want names %s, which %s does not have", column, m.Name)
		}
		casts[i] = fmt.Sprintf(`case when cast(%[1]s as varchar) = '' then '<empty>' else coalesce(cast(%[1]s as varchar), '') end`, quote(column))
	}
	rows, err := db.QueryContext(t.Context(), `select `+strings.Join(casts, ", ")+`
		from (`+m.Text+`) where `+where+` order by all`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	if err := w.Write(columns); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row := make([]string, len(columns))
		pointers := make([]any, len(columns))
		for i := range row {
			pointers[i] = &row[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	return text.String()
}

func setSetting(t *testing.T, db *sql.DB, data []byte) {
	t.Helper()
	header, rows := readTable(t, data)
	for i, column := range header {
		execute(t, db, `update build_setting set `+quote(column)+` = '`+rows[0][i]+`'`)
	}
}

// fillTable inserts the rows of a CSV; the table of a model is made with the model's own types.
func fillTable(t *testing.T, db *sql.DB, table string, data []byte) {
	t.Helper()
	if columns, isModel := tableTypes(t)[table]; isModel {
		execute(t, db, `create table `+table+` (`+columns+`)`)
	}
	header, rows := readTable(t, data)
	for _, row := range rows {
		values := make([]string, len(row))
		for i, cell := range row {
			switch cell {
			case "":
				values[i] = "null"
			case "<empty>":
				values[i] = "''"
			default:
				values[i] = quoteText(cell)
			}
		}
		execute(t, db, `insert into `+table+` (`+strings.Join(header, ", ")+`) values (`+strings.Join(values, ", ")+`)`)
	}
}

func readTable(t *testing.T, data []byte) (header []string, rows [][]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("a table needs at least a header")
	}
	return all[0], all[1:]
}

// tableTypes are the columns with types of every model's table, as an empty warehouse gives them.
var tableTypes = func() func(t *testing.T) map[string]string {
	var once sync.Once
	var types map[string]string
	return func(t *testing.T) map[string]string {
		t.Helper()
		once.Do(func() {
			db := openSchema(t)
			types = map[string]string{}
			for _, m := range catalogued(t) {
				if m.Layer == "checks" {
					continue
				}
				// Views of views would be unfolded again and again.
				execute(t, db, `create table `+m.Name+` as `+m.Text)
				var err error
				types[m.Name], err = columnTypes(t.Context(), db, m.Name)
				if err != nil {
					t.Fatal(err)
				}
			}
		})
		return types
	}
}()

func columnTypes(ctx context.Context, db *sql.DB, table string) (columns string, err error) {
	err = db.QueryRowContext(ctx, `select string_agg('"' || column_name || '" ' || column_type, ', ') from (describe `+table+`)`).Scan(&columns)
	return columns, err
}

// catalogued are all models in build order, then all checks.
var catalogued = func() func(t *testing.T) []*Model {
	var once sync.Once
	var all []*Model
	return func(t *testing.T) []*Model {
		t.Helper()
		once.Do(func() {
			db := openSchema(t)
			models, err := Models(t.Context(), db, files.Files)
			if err != nil {
				t.Fatal(err)
			}
			checks, err := Checks(t.Context(), db, files.Files)
			if err != nil {
				t.Fatal(err)
			}
			all = append(models, checks...)
		})
		return all
	}
}()

func mustReadLayer(t *testing.T, layer string) []*Model {
	t.Helper()
	models, err := readLayer(files.Files, layer)
	if err != nil {
		t.Fatal(err)
	}
	return models
}

// openSchema opens an empty warehouse in memory, with the real schema.
func openSchema(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	names, err := fs.Glob(files.Files, "schema/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, db, string(text))
	}
	return db
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// quietBuilder builds the models of files, on the noon of a day.
func quietBuilder(files fs.FS) *Builder {
	return &Builder{
		SQL: files, Log: slog.New(slog.DiscardHandler), Version: "test",
		Now: func() time.Time { return time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC) },
	}
}
