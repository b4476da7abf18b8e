package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// reporter is query report on the published file of a portal, by a clock.
type reporter struct {
	database string
	now      time.Time
}

// run gives the exit code and what was said.
func (r *reporter) run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, complaints strings.Builder
	args = append([]string{"report", "--quiet", "--database", r.database}, args...)
	code = run(t.Context(), args, strings.NewReader(""), &out, &complaints, func() time.Time { return r.now })
	return code, out.String(), complaints.String()
}

// says runs query report and wants the exit code and a text in what was said.
func (r *reporter) says(t *testing.T, code int, text string, args ...string) {
	t.Helper()
	got, stdout, stderr := r.run(t, args...)
	if got != code || !strings.Contains(stdout+stderr, text) {
		t.Errorf("query report %s: exit code %d, want %d and %q\n%s%s", strings.Join(args, " "), got, code, text, stdout, stderr)
	}
}

// change changes the published file, as the build of another night does.
func (r *reporter) change(t *testing.T, statement string) {
	t.Helper()
	db, err := sql.Open("duckdb", r.database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// A report is written, recorded as final, verified, revised when a figure changes, and verified again. With -keep the
// revised report stays, for other programs to read.
func TestReportIsKept(t *testing.T) {
	t.Setenv("FOOTFALL_CONFIG", "")
	for _, edition := range []string{"internal", "public"} {
		t.Run(edition, func(t *testing.T) {
			r := &reporter{edgeFile(t, "full"), time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)}
			dir := filepath.Join(t.TempDir(), "2026Q3")
			if *keep != "" {
				dir = filepath.Join(*keep, "revised-"+edition)
			}
			write := []string{"--quarter", "2026Q3", "--out", dir, "--edition", edition}

			r.says(t, exitError, "there is no report in this folder yet", "--out", dir, "--freeze")
			r.says(t, exitDone, "Open "+dir, write...)
			r.says(t, exitDone, "They are as they were", write...)
			r.says(t, exitDone, "in every figure", "--verify", dir)
			r.says(t, exitDone, "recorded as final by Ann on 20 October 2026; its figures are provisional", "--out", dir, "--freeze", "--by", "Ann")
			r.says(t, exitDone, "on 20 October 2026 already", "--out", dir, "--freeze", "--by", "Ben")
			r.says(t, exitDone, "It is the final report that Ann recorded on 20 October 2026, and no figure differs", write...)
			r.says(t, exitError, "name a folder for each", "--quarter", "2026Q2", "--out", dir, "--edition", edition)

			// The advice of another day is no revision, another figure is.
			r.change(t, "update review_list set suggested_action = 'look at it'; update build_setting set as_of_date = as_of_date + 1")
			r.says(t, exitDone, "that tell of the last day of the published file", "--verify", dir)
			r.says(t, exitDone, "no figure differs", write...)
			r.change(t, "update build_setting set as_of_date = as_of_date + 92") // the next quarter is over too
			r.says(t, exitDone, "in every figure", "--verify", dir)
			r.change(t, "update build_setting set page_threshold = page_threshold + 1")
			r.says(t, exitError, "sql/report/00_settings.sql: its rows differ", "--verify", dir)
			r.change(t, "update dataset_usage set all_uses = all_uses + 1 where period = '2026Q3'")
			r.says(t, exitError, "sql/report/07_most_used.sql: 3 rows then, 6 now", "--verify", dir)
			r.says(t, exitError, "tables/07_most_used.csv: place 1: column client_days: ", "--verify", dir)
			r.says(t, exitDone, "from the final report that Ann recorded on 20 October 2026; each is marked [r]", write...)
			r.says(t, exitDone, "in every figure", "--verify", dir)

			for name, text := range map[string]string{
				"tables/07_most_used.csv":        "client_days [r]",
				"tables/00_revisions.csv":        "07_most_used,The most used datasets,place 1,client_days,Uses,",
				"index.html":                     "Revisions",
				"previous/2026-10-20/final.json": `"recorded_by": "Ann"`,
			} {
				content, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil || !strings.Contains(string(content), text) {
					t.Errorf("%s lacks %q: %v", name, text, err)
				}
			}
		})
	}
}

// The record is refused before the quarter is over, also where the report is written in the same breath.
func TestReportIsFinalAfterItsQuarter(t *testing.T) {
	r := &reporter{edgeFile(t, "full"), time.Date(2026, 9, 30, 23, 0, 0, 0, time.UTC)}
	dir := filepath.Join(t.TempDir(), "report")
	r.says(t, exitError, "2026Q3 ends on 30 September 2026", "--quarter", "2026Q3", "--out", dir, "--freeze")
	r.now = r.now.Add(time.Hour)
	r.says(t, exitDone, "recorded as final", "--quarter", "2026Q3", "--out", dir, "--freeze")
}

func TestReportOfAPublisherIsKept(t *testing.T) {
	r := &reporter{edgeFile(t, "full"), time.Date(2026, 10, 20, 12, 0, 0, 0, time.UTC)}
	dir := filepath.Join(t.TempDir(), "coast")
	r.says(t, exitDone, "Open ", "--out", dir, "--publisher", "coast", "--xlsx")
	r.says(t, exitDone, "in every figure", "--verify", dir)
	r.says(t, exitDone, "recorded as final", "--out", dir, "--freeze")
}

func TestReportFlagsThatDoNotGoTogether(t *testing.T) {
	r := &reporter{database: edgeFile(t, "one")}
	for text, args := range map[string][]string{
		"report needs --out DIR":                   {"--freeze"},
		"--by says who records":                    {"--out", "x", "--by", "Ann"},
		"--freeze and --verify do not go together": {"--freeze", "--verify", "x"},
		"--edition secret":                         {"--out", "x", "--edition", "secret"},
	} {
		r.says(t, exitUsage, text, args...)
	}
	r.says(t, exitError, "x: there is no report in this folder yet", "--verify", "x")
}
