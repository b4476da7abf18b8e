package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func save(t *testing.T, r *Report, dir string) *Saved {
	t.Helper()
	saved, err := Save(r, dir, "", false)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func freeze(t *testing.T, dir, on string) {
	t.Helper()
	if _, _, err := Freeze(dir, "Ann", day(on)); err != nil {
		t.Fatal(err)
	}
}

// names are the files below dir.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func writeText(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// newer is the report with another count, another row and a row less.
func newer() *Report {
	r := newReport()
	r.Sections[0].Tables[0].Rows[1][1].Value = int64(15)
	review := &r.Sections[1].Tables[0]
	review.Rows = slices.Clone(review.Rows[:1])
	review.Rows = append(review.Rows, slices.Clone(review.Rows[0]))
	review.Rows[1][1] = Cell{Value: "new"}
	return r
}

func TestSaveWritesTheReportWhole(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "reports", "2026Q3")
	if saved := save(t, newReport(), dir); saved.IsUnchanged {
		t.Error("a new report is unchanged")
	}
	files := render(t, newReport())
	delete(files, xlsxName)
	if got := len(names(t, dir)); got != len(files) {
		t.Errorf("%d files on disk, %d written", got, len(files))
	}
	if saved := save(t, newReport(), dir); !saved.IsUnchanged {
		t.Error("the same report is not unchanged")
	}
	if saved := save(t, newer(), dir); saved.IsUnchanged || saved.Revisions != 0 {
		t.Errorf("another report: %+v", saved)
	}
	if text := readText(t, filepath.Join(dir, "tables/02_status.csv")); !strings.Contains(text, "unused,15,") {
		t.Errorf("the folder holds the report before:\n%s", text)
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the report: %v, %v", entries, err)
	}
}

func TestSaveLeavesWhatOthersWrote(t *testing.T) {
	for name, test := range map[string]struct {
		change func(t *testing.T, dir string)
		want   string
	}{
		"a folder of something else": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			writeText(t, filepath.Join(dir, "thesis.txt"), "mine")
		}, "it has no manifest.json, so it is no report"},
		"a file beside ours": {func(t *testing.T, dir string) {
			t.Helper()
			writeText(t, filepath.Join(dir, "tables", "mine.csv"), "mine")
		}, "tables/mine.csv is no file of the report"},
		"a file of ours changed": {func(t *testing.T, dir string) {
			t.Helper()
			writeText(t, filepath.Join(dir, "tables", "02_status.csv"), "mine")
		}, "tables/02_status.csv was changed or removed"},
		"a file of ours removed": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Remove(filepath.Join(dir, odsName)); err != nil {
				t.Fatal(err)
			}
		}, "usage-report.ods was changed or removed"},
		"a file in its place": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			writeText(t, dir, "mine")
		}, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "report")
			save(t, newReport(), dir)
			test.change(t, dir)
			before := names(t, filepath.Dir(dir))
			_, err := Save(newer(), dir, "", false)
			if got := fmt.Sprint(err); !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if diff := cmp.Diff(before, names(t, filepath.Dir(dir))); diff != "" {
				t.Errorf("files (-before +after)\n%s", diff)
			}
		})
	}
}

// A run that is killed between its two changes of names leaves the report under another name, where the next finds it.
func TestSaveAfterAKilledRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	if err := os.Rename(dir, filepath.Join(filepath.Dir(dir), ".report.before")); err != nil {
		t.Fatal(err)
	}
	if saved := save(t, newer(), dir); saved.Revisions != 3 {
		t.Errorf("%d revisions, want 3", saved.Revisions)
	}
	if _, err := os.Stat(filepath.Join(dir, "previous/2026-10-03/final.json")); err != nil {
		t.Error(err)
	}
}

func TestFreezeRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Report)
		spoil  string
		now    string
		want   string
	}{
		"the last day of the quarter": {now: "2026-09-30", want: "2026Q3 ends on 30 September 2026"},
		"facts that end before":       {change: func(r *Report) { r.AsOf = day("2026-09-29") }, want: "its facts end on 2026-09-29"},
		"a changed file":              {spoil: "tables/05_broken.csv", want: "tables/05_broken.csv is not as it was written"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "report")
			r := newReport()
			if test.change != nil {
				test.change(r)
			}
			save(t, r, dir)
			if test.spoil != "" {
				writeText(t, filepath.Join(dir, test.spoil), "spoilt")
			}
			if test.now == "" {
				test.now = "2026-10-01"
			}
			_, _, err := Freeze(dir, "Ann", day(test.now))
			if got := fmt.Sprint(err); !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if _, err := os.Stat(filepath.Join(dir, finalFile)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the record is there all the same: %v", err)
			}
		})
	}
	if _, _, err := Freeze(t.TempDir(), "Ann", day("2026-10-01")); !errors.Is(err, errNoFolder) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestFreezeRecordsOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	again, isNew, err := Freeze(dir, "Ben", day("2026-10-04"))
	if err != nil || isNew || again.RecordedBy != "Ann" {
		t.Errorf("recorded by %v, %v", again, err)
	}
	want := `{
  "quarter": "2026Q3",
  "edition": "internal",
  "is_provisional": true,
  "recorded_by": "Ann",
  "recorded_at": "2026-10-03T00:00:00Z",
  "manifest_sha256": "` + digest([]byte(readText(t, filepath.Join(dir, manifestFile)))) + `"
}
`
	if diff := cmp.Diff(want, readText(t, filepath.Join(dir, finalFile))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFinalReportIsRevised(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	files := names(t, dir)

	worded := newReport()
	worded.Notes[0].Text = "Other words."
	if saved := save(t, worded, dir); !saved.IsFinal || !saved.IsUnchanged {
		t.Errorf("a final report gave way to other words: %+v", saved)
	}
	later := newer()
	saved := save(t, later, dir)
	if saved.Revisions != 3 || saved.Final.RecordedBy != "Ann" {
		t.Errorf("got %+v", saved)
	}
	want := []Revision{
		{"02_status", "Datasets by status", "status unused", "datasets", "Datasets [note 1]", "12", "15"},
		{"04_review", "What to look at", "publisher Coast & Sea, dataset new", "all", "all columns", "not there", "there"},
		{"04_review", "What to look at", "publisher Coast & Sea, dataset ünused", "all", "all columns", "there", "not there"},
	}
	if diff := cmp.Diff(want, later.Revisions); diff != "" {
		t.Errorf("revisions (-want +got)\n%s", diff)
	}
	if got := readText(t, filepath.Join(dir, "tables/02_status.csv")); !strings.Contains(got, "unused,15,0,,datasets [p] [b] [r]; change_rate [x]") {
		t.Errorf("no [r]:\n%s", got)
	}
	if got := readText(t, filepath.Join(dir, "tables/00_revisions.csv")); !strings.Contains(got, "02_status,Datasets by status,status unused,datasets,Datasets [note 1],12,15,\r\n") {
		t.Errorf("revisions:\n%s", got)
	}
	if diff := cmp.Diff(files, names(t, filepath.Join(dir, "previous/2026-10-03"))); diff != "" {
		t.Errorf("the final report that is kept (-want +got)\n%s", diff)
	}

	// The next night the same differs from the same final report.
	if saved := save(t, newer(), dir); !saved.IsUnchanged || saved.Revisions != 3 {
		t.Errorf("the next night: %+v", saved)
	}
	// Recorded on the same day, it is the final one from then on, and the first is kept.
	freeze(t, dir, "2026-10-03")
	if saved := save(t, newer(), dir); !saved.IsFinal {
		t.Errorf("the second final report: %+v", saved)
	}
	if saved := save(t, newReport(), dir); saved.Revisions != 3 {
		t.Errorf("against the second final report: %+v", saved)
	}
	for _, kept := range []string{"previous/2026-10-03", "previous/2026-10-03-2"} {
		if _, err := os.Stat(filepath.Join(dir, kept, finalFile)); err != nil {
			t.Error(err)
		}
	}
	if saved := save(t, newReport(), dir); !saved.IsUnchanged || saved.Revisions != 3 {
		t.Errorf("against the newest of two that are kept: %+v", saved)
	}
}

func TestFinalReportOfAnotherKind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	for name, change := range map[string]func(*Report){
		"internal edition of 2026Q4":                     func(r *Report) { r.Quarter = "2026Q4" },
		"public edition of 2026Q3":                       func(r *Report) { r.Edition = Public },
		"internal edition of 2026Q3 for publisher coast": func(r *Report) { r.PublisherName = "coast" },
	} {
		r := newReport()
		change(r)
		_, err := Save(r, dir, "", false)
		if got := fmt.Sprint(err); !strings.Contains(got, "and this one is the "+name+":") {
			t.Errorf("%s: %s", name, got)
		}
	}
	other := filepath.Join(t.TempDir(), "report")
	if saved, err := Save(newer(), other, dir, false); err != nil || saved.Revisions != 3 {
		t.Errorf("a final report elsewhere: %+v, %v", saved, err)
	}
	if _, err := Save(newer(), dir, other, false); err == nil || !strings.Contains(err.Error(), "is not recorded as final") {
		t.Errorf("not final: %v", err)
	}
}

// A publisher's datasets are revised in its own report.
func TestPublisherIsRevised(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	r := newReport()
	r.Publishers[0].Datasets.Rows[0][3].Value = false // a row that the table of all has too
	save(t, r, dir)
	name := "publisher Coast & Sea, dataset '=1+1 <tides>, \"low\" and\uFFFD high"
	if diff := cmp.Diff([]Revision{{"04_review", "What to look at", name, "is_provisional", "So far only", "true", "false"}}, r.Revisions); diff != "" {
		t.Errorf("the portal's (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]Revision{{"coast", "What to look at", name, "is_provisional", "So far only", "true", "false"}}, r.Publishers[0].Report.Revisions); diff != "" {
		t.Errorf("the publisher's (-want +got)\n%s", diff)
	}
	if got := readText(t, filepath.Join(dir, "publishers/coast.csv")); strings.Count(got, revised) != 1 {
		t.Errorf("marks:\n%s", got)
	}
}

// What cannot be written whole leaves what was there, and nothing beside it.
func TestWriteThatFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	before := names(t, filepath.Dir(dir))
	if err := write(dir, Files{"a": nil, "a/b": nil}); err == nil {
		t.Error("a file is a folder too")
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if diff := cmp.Diff(before, names(t, filepath.Dir(dir))); diff != "" || len(entries) != 1 {
		t.Errorf("%v, %v (-before +after)\n%s", entries, err, diff)
	}
}

// A record holds for the manifest that it was made for.
func TestFinalReportWithAnotherManifest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	save(t, newReport(), dir)
	freeze(t, dir, "2026-10-03")
	manifest := filepath.Join(dir, manifestFile)
	writeText(t, manifest, strings.Replace(readText(t, manifest), `"is_provisional": true`, `"is_provisional": false`, 1))
	_, err := Save(newer(), dir, "", false)
	if err == nil || !strings.Contains(err.Error(), "final.json was recorded for another manifest.json") {
		t.Errorf("got %v", err)
	}
}

// That a value was revised is no value: it is not revised again when the mark goes.
func TestRevisedMarkIsNoValue(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	rate := func(cell Cell) *Report {
		r := newReport()
		r.Sections[0].Tables[0].Rows[1][3] = cell
		return r
	}
	save(t, rate(Cell{Value: 2.5}), dir)
	freeze(t, dir, "2026-10-03")
	lost := Cell{Marks: []string{notAvailable}}
	if saved := save(t, rate(lost), dir); saved.Revisions != 1 {
		t.Errorf("a lost value: %+v", saved)
	}
	freeze(t, dir, "2026-10-20")
	if saved := save(t, rate(lost), dir); !saved.IsFinal {
		t.Errorf("the same again: %+v", saved)
	}
}

func TestSaveThroughALink(t *testing.T) {
	parent := t.TempDir()
	link := filepath.Join(parent, "latest")
	if err := errors.Join(os.Mkdir(filepath.Join(parent, "2026Q3"), 0o755), os.Symlink("2026Q3", link)); err != nil {
		t.Fatal(err)
	}
	save(t, newReport(), link)
	save(t, newer(), link)
	if target, err := os.Readlink(link); err != nil || target != "2026Q3" {
		t.Errorf("the link leads to %q: %v", target, err)
	}
	if text := readText(t, filepath.Join(parent, "2026Q3/tables/02_status.csv")); !strings.Contains(text, "unused,15,") {
		t.Errorf("the report before is where the link leads:\n%s", text)
	}
}
