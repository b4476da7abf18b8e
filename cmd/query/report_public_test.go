package main

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"footfall/internal/report"
	files "footfall/sql"
)

// confidentialColumns are those that the headers of sql/report call confidential, by table.
func confidentialColumns(t *testing.T) map[string][]string {
	t.Helper()
	names, err := fs.Glob(files.Files, "report/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, name := range names {
		text, err := fs.ReadFile(files.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		table := strings.TrimSuffix(path.Base(name), ".sql")
		for line := range strings.Lines(string(text)) {
			if columns, ok := strings.CutPrefix(line, "-- confidential: "); ok {
				columns, _, _ = strings.Cut(strings.TrimSpace(columns), ":")
				all[table] = append(all[table], strings.Split(columns, ", ")...)
			}
		}
	}
	return all
}

// The public edition of every portal shows no small count of clients, and of one publisher none at all.
func TestPublicEditionShowsNoSmallCounts(t *testing.T) {
	columns := confidentialColumns(t)
	if len(columns["09_referrers"]) == 0 {
		t.Fatal("where people came from is not confidential")
	}
	kept := 0
	for _, name := range edgeNames(t) {
		r := readEdge(t, openEdge(t, name), report.Public)
		for _, section := range r.Sections {
			for _, table := range section.Tables {
				for c, column := range table.Columns {
					if !slices.Contains(columns[table.Name], column.Name) {
						continue
					}
					for _, row := range table.Rows {
						if row[c].Value == nil && slices.Contains(row[c].Marks, "[c]") {
							kept++
						}
						if n, ok := row[c].Value.(int64); ok && n > 0 && n < 5 && column.Name != "sites" && column.Name != "datasets" {
							t.Errorf("%s: %s, %s: %d", name, table.Name, column.Name, n)
						}
					}
				}
			}
		}
		for _, p := range r.Publishers {
			for _, section := range p.Report.Sections {
				for _, table := range section.Tables {
					for _, column := range table.Columns {
						if slices.Contains(columns[table.Name], column.Name) {
							t.Errorf("%s: %s has %s in %s", name, p.Name, column.Name, table.Name)
						}
					}
				}
			}
		}
	}
	if kept == 0 {
		t.Error("nothing was kept back: the portals have no small count")
	}
}
