package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// Traffic that found no dataset is one line for each folder. A rule credits its days again: from
// the hits while they are kept, from the daily counts of the URLs when they are gone.
func TestUnattributed(t *testing.T) {
	s := newSite(t)
	s.ingest("unattributed").wantCode(t, exitFailed).wantErr(t, "nothing was loaded yet")
	day := s.world.End().AddDate(0, 0, -3).Format("02/Jan/2006")
	var lines strings.Builder
	for client := range 8 {
		for folder := 1; folder <= 2; folder++ {
			for tile := range 40 {
				fmt.Fprintf(&lines, "192.0.2.%d - - [%s:10:%02d:00 +0000] \"GET /tiles/%d/7/%d.png HTTP/1.1\" 200 500 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"\n",
					client+1, day, tile, folder, tile/8)
			}
		}
	}
	s.write("tiles.log", lines.String())
	config := strings.Replace(readFile(t, s.path("footfall.yaml")), "logs:\n", "logs:\n  - name: tiles\n    host: tiles.example.org\n    paths: [tiles.log]\n", 1)
	s.write("footfall.yaml", config)
	s.run().wantCode(t, exitDone)

	got := s.ingest("unattributed", "--host", "Tiles.example.org").wantCode(t, exitDone)
	for _, text := range []string{"/tiles/*/*/*.png", "│ 10   │ 640  │", "  - host: tiles.example.org\n    path_prefix: \"/tiles/\""} {
		if !strings.Contains(got.out, text) {
			t.Errorf("the list lacks %q:\n%s", text, got.out)
		}
	}
	if strings.Contains(got.out+got.err, "192.0.2.") {
		t.Errorf("an address is shown:\n%s", got.out)
	}
	if got := s.ingest("unattributed", "--limit", "1").wantCode(t, exitDone); !strings.Contains(got.out, "more: --limit") {
		t.Errorf("a list of one line does not say that there are more:\n%s", got.out)
	}
	s.ingest("unattributed", "--limit", "0").wantCode(t, exitUsage)
	if got := s.ingest("unattributed", "--host", "nowhere.example.org").wantCode(t, exitDone); !strings.Contains(got.out, "All traffic") {
		t.Errorf("a host without traffic:\n%s", got.out)
	}

	// One dataset by a rule while the hits are kept, another when they are gone.
	var names []string
	read(t, s.path("usage.duckdb"), func(db *sql.DB) {
		names = strings.Split(queryText(t, db, `select string_agg(name, ' ' order by dataset_id) from (from dim_dataset where is_live order by dataset_id limit 2)`), " ")
	})
	rule := func(folder int) string {
		return fmt.Sprintf("  - host: tiles.example.org\n    path_prefix: /tiles/%d/\n    dataset: %s\n", folder, names[folder-1])
	}
	facts := func(table, name string) (clientDays string) {
		read(t, s.path("warehouse.duckdb"), func(db *sql.DB) {
			clientDays = queryText(t, db, fmt.Sprintf(`select cast(coalesce(sum(client_days), 0) as varchar) from %s join dim_dataset using (dataset_id) where name = '%s' and day = date '%s'`,
				table, name, s.world.End().AddDate(0, 0, -3).Format("2006-01-02")))
		})
		return clientDays
	}
	before := [2]string{facts("int_use_day", names[0]), facts("int_use_day", names[1])}
	s.write("footfall.yaml", config+"targets:\n"+rule(1))
	s.ingest("models", "--as-of", s.asOf).wantCode(t, exitDone)
	if got, want := facts("fct_dataset_day", names[0]), before[0]; got == want || facts("fct_late_day", names[0]) != "0" {
		t.Errorf("a rule for open days: %s client-days before and %s after", want, got)
	}
	s.ingest("prune", "--clock", "2027-06-01T00:00:00Z").wantCode(t, exitDone)
	s.write("footfall.yaml", config+"targets:\n"+rule(1)+rule(2))
	s.ingest("models", "--as-of", s.asOf, "--clock", "2027-06-02T00:00:00Z").wantCode(t, exitDone)
	// Five URLs of eight clients each: which clients are one is not known any more.
	if first, second := facts("fct_late_day", names[0]), facts("fct_late_day", names[1]); first != "0" || second != "40" {
		t.Errorf("late client-days are %s and %s, want 0 and 40", first, second)
	}
	if facts("int_use_day", names[1]) == before[1] {
		t.Errorf("what was found late changes no use: %s client-days", before[1])
	}
}

// A rule is as wide as what is listed: never a whole host.
func TestUnattributedRules(t *testing.T) {
	for path, want := range map[string]string{
		"/tiles/*/*.png": `path_prefix: "/tiles/"`,
		"/folder/":       `path_prefix: "/folder/"`,
		"/a'b.csv":       `path_regexp: '^/a''b\.csv$'`,
		"/*.csv":         "",
		"/":              "",
		"":               "",
	} {
		f := unattributedFolder{pattern: path}
		if got := f.paths(); got != want {
			t.Errorf("paths of %q are %q, want %q", path, got, want)
		}
	}
}
