package report

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVerify(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(t *testing.T, dir string)
		now   func(*Report)
		want  []string
	}{
		"nothing": {},
		"a value": {now: func(r *Report) { r.Sections[0].Tables[0].Rows[1][1].Value = int64(15) }, want: []string{
			`tables/02_status.csv: status unused: column datasets: "12 [p] [b]" then, "15 [p] [b]" now`,
			`index.html: differs from the one built now`,
			`usage-report.ods: differs from the one built now`,
		}},
		"a mark": {now: func(r *Report) { r.Sections[0].Tables[0].Rows[1][1].Marks = []string{"[p]"} }, want: []string{
			`tables/02_status.csv: status unused: column datasets: "12 [p] [b]" then, "12 [p]" now`,
			`index.html: differs from the one built now`,
			`usage-report.ods: differs from the one built now`,
		}},
		"a column": {now: func(r *Report) { r.Sections[0].Tables[0].Columns[1].Name = "dataset_count" }, want: []string{
			`tables/02_status.csv: column dataset_count: not there then, there now`,
			`tables/02_status.csv: column datasets: there then, not there now`,
			`tables/02_status.csv-metadata.json: differs from the one built now`,
			`usage-report.ods: differs from the one built now`,
		}},
		"words": {now: func(r *Report) { r.Sections[0].Tables[0].Title = "Datasets, by status" }, want: []string{
			`index.html: differs from the one built now`,
			`tables/02_status.csv-metadata.json: differs from the one built now`,
			`usage-report.ods: differs from the one built now`,
		}},
		"rows that no table shows": {now: func(r *Report) { r.Inputs[0].RowsSHA256 = digest(nil) }, want: []string{
			`sql/report/02_status.sql: its rows differ`,
		}},
		"SQL, rows, program": {now: func(r *Report) {
			r.Inputs[0].TextSHA256, r.Inputs[0].RowCount, r.Version = digest(nil), 3, "1.1"
			r.Inputs = append(r.Inputs, Input{File: "settings"})
		}, want: []string{
			`footfall: version 1.0 then, 1.1 now`,
			`sql/report/02_status.sql: its text differs`,
			`sql/report/02_status.sql: 1 rows then, 3 now`,
			`settings: read now, not then`,
			`index.html: differs from the one built now`,
		}},
		"files": {spoil: func(t *testing.T, dir string) {
			t.Helper()
			writeText(t, filepath.Join(dir, "tables/05_broken.csv"), "file,client_days,marks\r\na.csv,7,\r\n")
			writeText(t, filepath.Join(dir, "mine.txt"), "mine")
			if err := os.Remove(filepath.Join(dir, odsName)); err != nil {
				t.Fatal(err)
			}
		}, want: []string{
			`tables/05_broken.csv: changed since the report was written`,
			`usage-report.ods: removed since the report was written`,
			`mine.txt: no file of the report`,
			`tables/05_broken.csv: file a.csv: there then, not there now`,
			`usage-report.ods: not in the report, but in the one built now`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "report")
			save(t, newReport(), dir)
			if test.spoil != nil {
				test.spoil(t, dir)
			}
			got, err := Verify(dir, "", func(*Manifest) (*Report, error) {
				r := newReport()
				if test.now != nil {
					test.now(r)
				}
				return r, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Findings); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A revised report is compared again with the final report that it revises, and has its workbook again.
func TestVerifyRevisedReport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	if _, err := Save(newer(), dir, "", true); err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"revised", "final"} {
		got, err := Verify(dir, "", func(m *Manifest) (*Report, error) {
			if m.Quarter != "2026Q3" || m.Edition != Internal {
				t.Errorf("%s: asked for %s", state, m.about())
			}
			return newer(), nil
		})
		if err != nil || len(got.Findings) > 0 {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
		freeze(t, dir, "2026-10-20")
	}
}

// What tells of the last day of the published file may be another every day: it is counted, and nothing is found. It is
// no revision either.
func TestVerifyNextDay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	next := func(link string) *Report {
		r := newReport()
		review := &r.Sections[1].Tables[0]
		review.Columns[4].IsLatest = true
		review.Rows[1] = slices.Clone(review.Rows[1])
		review.Rows[1][4] = Cell{Value: link}
		// The publisher has the same row.
		broken := &r.Sections[2].Tables[0]
		broken.Columns[0].IsLatest, broken.Columns[1].IsLatest = true, true
		if link != "" {
			broken.Rows = [][]Cell{{{Value: "a.csv"}, {Value: int64(7)}}}
		}
		return r
	}
	save(t, next(""), dir)
	got, err := Verify(dir, "", func(*Manifest) (*Report, error) { return next("https://example.org/"), nil })
	if diff := cmp.Diff(&Verified{Latest: 3}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	freeze(t, dir, "2026-10-03")
	if saved := save(t, next("https://example.org/"), dir); !saved.IsFinal || saved.Revisions != 0 {
		t.Errorf("the final report: %+v", saved)
	}
}
