package main

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footfall/sql"
)

// The scripts' file has the tables and columns that are published, so that a question that works
// here works there.
func TestFixtureIsAsPublished(t *testing.T) {
	file, err := sql.Files.Open("published.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, record := range records[1:] {
		want = append(want, strings.Join(record, "."))
	}

	e, err := openEngine(fixture(t), "1GB")
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	rows, err := e.rows(t.Context(), `
		select table_name || '.' || column_name as v
		from duckdb_columns()
		where not internal and table_name <> 'build_info'`, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		got = append(got, r["v"])
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sql/published.csv against testdata/fixture.sql (-want +got)\n%s", diff)
	}
}

// Every named question is answered, with and without its optional parameters.
func TestQuestionsAreAnswered(t *testing.T) {
	questions, err := readQuestions(sql.Files)
	if err != nil {
		t.Fatal(err)
	}
	e, err := openEngine(fixture(t), "1GB")
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	for _, q := range questions {
		var required, all []string
		for _, p := range q.param {
			pair := p.name + "=" + kinds[p.kind]
			all = append(all, pair)
			if !p.isOptional && p.byDefault == "" {
				required = append(required, pair)
			}
		}
		for name, given := range map[string][]string{"required": required, "all": all} {
			t.Run(q.name+"/"+name, func(t *testing.T) {
				values, err := q.bind(given)
				if err != nil {
					t.Fatal(err)
				}
				if err := q.resolve(t.Context(), e, values); err != nil {
					t.Fatal(err)
				}
				if _, err := e.rows(t.Context(), q.sql, values); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
