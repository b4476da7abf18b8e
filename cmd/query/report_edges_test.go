package main

import (
	"database/sql"
	"encoding/csv"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/report"
	files "footfall/sql"
)

var keep = flag.String("keep", "", "folder to write the reports of the edges to")

const edgeFolder = "testdata/edges"

// edgeNames are the portals at the edges: files of their folder beside those that all of them share.
func edgeNames(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(edgeFolder, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var edges []string
	for _, name := range names {
		name = strings.TrimSuffix(filepath.Base(name), ".sql")
		if name != "tables" && name != "portal" {
			edges = append(edges, name)
		}
	}
	return edges
}

// edgeFile makes the published file of an invented portal: tables as they are published, with what its file says.
func edgeFile(t *testing.T, name string) string {
	t.Helper()
	statements := []string{fixtureSQL, fixtureMartsSQL, fixtureBuildSQL}
	for _, table := range publishedTables(t) {
		statements = append(statements, "delete from "+table)
	}
	for _, file := range []string{"tables", name, "portal"} {
		text, err := os.ReadFile(filepath.Join(edgeFolder, file+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		statements = append(statements, string(text))
	}
	path := filepath.Join(t.TempDir(), "usage.duckdb")
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range append(statements, "checkpoint") {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%.100s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// openEdge opens the published file of an invented portal.
func openEdge(t *testing.T, name string) *engine {
	t.Helper()
	e, err := openEngine(edgeFile(t, name), "1GB")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	return e
}

func publishedTables(t *testing.T) []string {
	t.Helper()
	file, err := files.Files.Open("published.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]bool{}
	for _, record := range records[1:] {
		tables[record[0]] = true
	}
	return slices.Sorted(maps.Keys(tables))
}

func readEdge(t *testing.T, e *engine, edition string) *report.Report {
	t.Helper()
	r, err := report.Read(t.Context(), files.Files, e.ask, report.Options{
		Edition: edition, Portal: "data.example.org", Contact: "data@example.org", Licence: "https://example.org/licence", Version: "v0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The reports of portals at the edges say what they should, word by word and cell by cell. With -update they are
// written anew: read what changed. With -keep they are written whole, for other programs to read.
func TestReportEdges(t *testing.T) {
	for _, name := range edgeNames(t) {
		t.Run(name, func(t *testing.T) {
			e := openEdge(t, name)
			for edition, suffix := range map[string]string{report.Internal: "", report.Public: "-public"} {
				r := readEdge(t, e, edition)
				content, err := report.Render(r, true)
				if err != nil {
					t.Fatal(err)
				}
				if *keep != "" {
					if _, err := report.Save(r, filepath.Join(*keep, "edge-"+name+suffix), "", true); err != nil {
						t.Fatal(err)
					}
				}
				golden(t, filepath.Join(edgeFolder, name+suffix+".golden"), shownReport(r, content))
			}
		})
	}
}

// The report of one publisher alone has its datasets as a table.
func TestReportOfOnePublisher(t *testing.T) {
	r, err := report.Read(t.Context(), files.Files, openEdge(t, "full").ask, report.Options{
		Edition: report.Public, Publisher: "p2", Portal: "data.example.org", Version: "v0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	content, err := report.Render(r, false)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join(edgeFolder, "full-field-survey.golden"), shownReport(r, content))
}

// What cannot be reported is an error that says what can.
func TestReportIsRefused(t *testing.T) {
	e := openEdge(t, "full")
	for name, test := range map[string]struct {
		options report.Options
		want    string
	}{
		"a quarter that is not over":   {report.Options{Quarter: "2026Q4"}, "knows nothing of the end of 2026Q4: choose one of 2024Q4, "},
		"a publisher without datasets": {report.Options{Publisher: "p9"}, "that publisher had no dataset in the catalogue at the end of 2026Q3"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := report.Read(t.Context(), files.Files, e.ask, test.options)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// golden compares got with a file, or rewrites it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}

// shownReport is what a report says: its words, its tables, and those of its publishers.
func shownReport(r *report.Report, content report.Files) string {
	var b strings.Builder
	writeWords(&b, r)
	for _, p := range r.Publishers {
		fmt.Fprintf(&b, "\n==== publishers/%s.html\n", p.Name)
		writeWords(&b, &p.Report)
		for _, section := range p.Report.Sections {
			for _, table := range section.Tables {
				fmt.Fprintf(&b, "%s: %d rows\n", table.Name, len(table.Rows))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(content)) {
		if strings.HasSuffix(name, ".csv") {
			fmt.Fprintf(&b, "\n==== %s\n%s", name, strings.ReplaceAll(string(content[name]), "\r\n", "\n"))
		}
	}
	return b.String()
}

func writeWords(b *strings.Builder, r *report.Report) {
	fmt.Fprintf(b, "# %s\n", r.Title)
	for _, why := range r.ProvisionalWhy {
		fmt.Fprintf(b, "Provisional: %s\n", why)
	}
	for _, section := range r.Sections {
		fmt.Fprintf(b, "\n## %d. %s\n%s\n", section.Number, section.Title, section.Answer)
		for _, paragraph := range section.Paragraphs {
			fmt.Fprintf(b, "- %s\n", paragraph)
		}
		for _, chart := range section.Charts {
			fmt.Fprintf(b, "[chart: %s] %s\n", chart.Title, chart.Alternative)
		}
	}
	for _, mark := range r.Marks {
		fmt.Fprintf(b, "\n%s %s", mark.Word, mark.Meaning)
	}
	b.WriteString("\n")
}
