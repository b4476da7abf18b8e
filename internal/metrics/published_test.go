package metrics

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	files "footfall/sql"
)

// TestPublishedColumnsExist compares the allow-list with the tables of a build, and holds it to
// its purpose: nothing in it may name a client, a request's path or an agent.
func TestPublishedColumnsExist(t *testing.T) {
	f, err := files.Files.Open("published.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	db := openSchema(t)
	known := map[string][]string{
		"dim_date":         {"day", "weekday", "month_start_date", "quarter_start_date", "quarter_end_date", "quarter_label", "days_before"},
		"build_setting":    {"as_of_date", "first_date", "threshold", "page_threshold", "phi_default", "full_year_days", "year_start_month", "suspect_datasets_per_hour"},
		"build_model":      {"model", "layer", "grain", "is_by_day", "holds_clients", "is_stored", "definition_version"},
		"build_read":       {"model", "reads"},
		"build_definition": {"model", "definition_version", "first_day", "last_day", "day_count", "is_current"},
		"check_result":     {"check_name", "severity", "summary", "failing_rows"},
	}
	holdsClients := map[string]bool{}
	for _, m := range catalogued(t) {
		for _, column := range m.Columns {
			known[m.Name] = append(known[m.Name], column.Name)
		}
		// A table is as private as what it is made from, unless clients were counted away.
		holdsClients[m.Name] = m.HoldsClients
	}
	for table, columns := range map[string][]string{"dim_date": known["dim_date"], "build_setting": known["build_setting"]} {
		have, err := texts(t.Context(), db, `select column_name from (describe `+table+`)`)
		if err != nil || !slices.Equal(have, columns) {
			t.Errorf("%s has %v (%v), the test says %v", table, have, err, columns)
		}
	}
	if len(rows) < 100 || !slices.Equal(rows[0], []string{"table", "column"}) {
		t.Fatalf("published.csv has %d rows and the header %v", len(rows), rows[0])
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		table, column := row[0], row[1]
		if !slices.Contains(known[table], column) {
			t.Errorf("published.csv names %s.%s, which no build makes", table, column)
		}
		if holdsClients[table] {
			t.Errorf("published.csv names %s, whose rows are of clients", table)
		}
		for _, private := range []string{"client_key", "url_id", "agent", "session", "path", "query", "referrer"} {
			if column == private || strings.HasPrefix(column, private+"_id") {
				t.Errorf("published.csv names %s.%s", table, column)
			}
		}
		if seen[table+"."+column] {
			t.Errorf("published.csv names %s.%s twice", table, column)
		}
		seen[table+"."+column] = true
	}
}
