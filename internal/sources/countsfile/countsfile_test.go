package countsfile

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
	"footfall/internal/sources/counting/countingtest"
	"footfall/internal/sources/sourcestest"
)

// folder is where files of counts are put.
type folder struct {
	t   *testing.T
	dir string
}

func newFolder(t *testing.T) folder {
	t.Helper()
	return folder{t, t.TempDir()}
}

// put writes a file, as of a day of October 2026.
func (f folder) put(name, text string) folder {
	f.t.Helper()
	return f.putOn(name, text, "2026-10-02")
}

func (f folder) putOn(name, text, day string) folder {
	f.t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		f.t.Fatal(err)
	}
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at.Add(9*time.Hour)); err != nil {
		f.t.Fatal(err)
	}
	return f
}

// source reads the folder by a preset, as of 10 October 2026.
func (f folder) source(preset, metric string) *Source {
	f.t.Helper()
	layout, err := Preset(preset, metric)
	if err != nil {
		f.t.Fatal(err)
	}
	return &Source{
		Config: Config{
			Name: "files", Files: []string{f.dir}, Layout: layout, SiteURL: "https://data.example.org/", Hosts: []string{"staging.example.org"},
		},
		Now: func() time.Time { return time.Date(2026, 10, 10, 6, 0, 0, 0, time.UTC) },
	}
}

const exploration = `# ----------------------------------------
# data.example.org
# Directory page views-Free-form 1
# 20260901-20260930
# ----------------------------------------

Page title,Page location,Views
,,19,Grand total
"Otters, by river",https://data.example.org/dataset/otters,7
Otters - new name,https://data.example.org/dataset/otters,2
Otters,https://data.example.org/dataset/otters?page=2,1
Otters,https://data-example-org.translate.goog/dataset/otters?_x_tr_sl=en,3
Badgers,https://staging.example.org/dataset/badgers,4
Badgers,(not set),2
`

const datasets = `Dataset Title,Dataset Name,Views,Visits,Resource downloads,Period Name
Otters,otters,120,90,11,2026-08
Otters,otters,140,95,0,2026-09
Badgers,badgers,60,50,No data,2026-09
Otters,otters,260,185,11,All
`

const site = `Period,Statistic,Key,Value
2026-09,Totals,Total page views,900
2026-09,Downloads,otters,11
2026-09,Social sources,Facebook,4
2026-09,Browsers,Firefox,300
`

const export = `dataset id,dataset name,total views,recent views (last 2 weeks)
11111111-aaaa-4000-8000-000000000001,otters,12,8
11111111-aaaa-4000-8000-000000000002,badgers,0,0
`

// Files of each kind that is known, and what the warehouse then holds.
func TestPresets(t *testing.T) {
	cases := map[string]struct {
		preset, metric, name, text, want string
	}{
		"a free-form exploration": {"ga4_exploration", "", "views.csv", exploration, `pages 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/badgers 4 events
  data.example.org/dataset/otters 2 events
  data.example.org/dataset/otters 3 events
  data.example.org/dataset/otters 7 events
  data.example.org/dataset/otters?page=2 1 events`},
		"an exploration of links": {"ga4_exploration", "file_events", "files.csv", "# 20260901-20260930\n\nLink URL,Event count\n,5,Grand total\nhttps://data.example.org/otters.csv,5\n", `file_events 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/otters.csv 5 events`},
		"an exploration by day": {"ga4_exploration", "", "days.csv", "# 20260901-20260930\n\nDate,Page path,Views\n20260901,/dataset/otters,5\n20260902,/dataset/otters,6\n", `pages 2026-09-01 is_whole is_final hides_tail
  data.example.org/dataset/otters 5 events
pages 2026-09-02 is_whole is_final hides_tail
  data.example.org/dataset/otters 6 events`},
		"pages and screens": {"ga4_pages", "", "report.csv", "# ----\n# Pages and screens\n# Start date: 20260701\n# End date: 20260930\n# ----\nNth day,Views\n0,3\n1,4\n\n# ----\n# Start date: 20260701\n# End date: 20260930\n# ----\nPage path and screen class,Views\n,\"1,007\",Grand total\n/dataset/otters,\"1,005\"\n/,2\n", `pages 2026-07-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/ 2 events
  data.example.org/dataset/otters 1005 events`},
		"a file of an office program": {"ga4_pages", "", "2026-09.csv", "\ufeffPage path and screen class\tViews\r\n\"/dataset/otters\"\t1\u00a0005\r\n\t\r\n", `pages 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/otters 1005 events`},
		"rows that were folded": {"ga4_pages", "", "2026-09.csv", "Page path and screen class;Views\n/dataset/otters;5\n(other);90\n", `pages 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/otters 5 events`},
		"clicks of a search": {"searchconsole_pages", "", "pages_2026-09-01_2026-09-30.csv", "Top pages,Clicks,Impressions,CTR,Position\nhttps://data.example.org/dataset/otters,12,100,12%,3.4\n", `search_clicks 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/otters 12 events`},
		"ga-report, datasets": {"ga_report_datasets", "", "datasets.csv", datasets, `downloads 2026-08-01 to 2026-08-31 is_whole is_final hides_tail
  data.example.org/dataset/otters 11 events
downloads 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/otters 0 events
pages 2026-08-01 to 2026-08-31 is_whole is_final hides_tail
  data.example.org/dataset/otters 120 events
pages 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/badgers 60 events
  data.example.org/dataset/otters 140 events`},
		"ga-report, the site": {"ga_report_site", "", "site.csv", site, `downloads 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  data.example.org/dataset/otters 11 events
referrals 2026-09-01 to 2026-09-30 is_whole is_final hides_tail
  the site 4 events from "" "other" "Facebook"`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var ledger countingtest.Ledger
			if errs := ledger.Load(t, newFolder(t).put(test.name, test.text).source(test.preset, test.metric)); len(errs) > 0 {
				t.Fatal(errs)
			}
			if diff := cmp.Diff(strings.Split(test.want, "\n"), ledger.Lines()); diff != "" {
				t.Errorf("the warehouse (-want +got):\n%s", diff)
			}
		})
	}
}

// A file is known again by its content, wherever it is; one that was corrected replaces what was
// known, also when the correction is taken back.
func TestFilesAreKnownAgain(t *testing.T) {
	f := newFolder(t)
	var ledger countingtest.Ledger
	load := func(want ...string) {
		t.Helper()
		s := f.source("ga4_pages", "")
		s.Known = ledger.Known()
		before := s.Known.Pulls["pages"]
		if errs := ledger.Load(t, s); len(errs) > 0 {
			t.Fatal(errs)
		}
		got := []string{}
		for _, line := range ledger.Lines() {
			if at, isCount := strings.CutPrefix(line, "  data.example.org"); isCount {
				got = append(got, at)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
		t.Logf("%d units", ledger.Known().Pulls["pages"]-before)
	}
	units := func(want int64) {
		t.Helper()
		if got := ledger.Known().Pulls["pages"]; got != want {
			t.Errorf("%d units were loaded so far, want %d", got, want)
		}
	}
	august, september := "Page path,Views\n/dataset/otters,5\n", "Page path,Views\n/dataset/otters,6\n"
	f.put("pages-2026-08.csv", august).put("pages-2026-09.csv", september)
	load("/dataset/otters 5 events", "/dataset/otters 6 events")
	load("/dataset/otters 5 events", "/dataset/otters 6 events")
	units(2)
	if err := os.Rename(filepath.Join(f.dir, "pages-2026-08.csv"), filepath.Join(f.dir, "august 2026-08.csv")); err != nil {
		t.Fatal(err)
	}
	load("/dataset/otters 5 events", "/dataset/otters 6 events")
	units(2)
	f.put("pages-2026-09.csv", strings.Replace(september, "6", "9", 1))
	load("/dataset/otters 5 events", "/dataset/otters 9 events")
	f.put("pages-2026-09.csv", september)
	load("/dataset/otters 5 events", "/dataset/otters 6 events")
	units(4)
	f.put("again-2026-09.csv", september)
	s := f.source("ga4_pages", "")
	s.Known = ledger.Known()
	if errs := ledger.Load(t, s); len(errs) != 1 || !strings.Contains(errs[0].Error(), "both hold pages of 2026-09-01 to 2026-09-30") {
		t.Errorf("of two files of a month the errors are %v", errs)
	}
	units(4)
}

// What the operator says of the files decides what an absent row means; a file that was written
// before its period was over may change.
func TestRowsAndEnds(t *testing.T) {
	text := "Page path,Views\n,9,Grand total\n/dataset/otters,5\n"
	cases := map[string]struct {
		rows Rows
		text string
		day  string
		want string
	}{
		"nothing said":       {Listed, strings.Replace(text, "9", "5", 1), "2026-10-02", "pages 2026-09-01 to 2026-09-30 is_whole is_final hides_tail"},
		"all rows":           {All, strings.Replace(text, "9", "5", 1), "2026-10-02", "pages 2026-09-01 to 2026-09-30 is_whole is_final"},
		"the top":            {Top, text, "2026-10-02", "pages 2026-09-01 to 2026-09-30 is_final hides_tail"},
		"all, and one other": {All, "Page path,Views\n/dataset/otters,5\n(other),2\n", "2026-10-02", "pages 2026-09-01 to 2026-09-30 is_whole is_final hides_tail"},
		"more than in all":   {Top, strings.Replace(text, "9", "4", 1), "2026-10-02", "the total is 4, the rows add up to 5"},
		"an early file":      {All, strings.Replace(text, "9", "5", 1), "2026-09-30", "pages 2026-09-01 to 2026-09-30 is_whole"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			s := newFolder(t).putOn("2026-09.csv", test.text, test.day).source("ga4_pages", "")
			s.Config.Rows = test.rows
			var ledger countingtest.Ledger
			errs, got := ledger.Load(t, s), ""
			if lines := ledger.Lines(); len(lines) > 0 {
				got = lines[0]
			}
			if got != test.want && (len(errs) == 0 || !strings.Contains(errs[0].Error(), test.want)) {
				t.Errorf("the pull is %q (%v), want %q", got, errs, test.want)
			}
		})
	}
}

// A tool that always leaves out what is rare has not all, whatever the operator says.
func TestTailIsAlwaysHidden(t *testing.T) {
	s := newFolder(t).put("datasets.csv", datasets).source("ga_report_datasets", "")
	s.Config.Rows = All
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, s); len(errs) > 0 || strings.Count(fmt.Sprint(ledger.Lines()), "hides_tail") != 4 {
		t.Errorf("%v; the pulls are %v", errs, ledger.Lines())
	}
}

// Of a folder only tables are read, and none that an office program has open.
func TestFolder(t *testing.T) {
	f := newFolder(t).put("2026-09.csv", "Page path,Views\n/,5\n")
	for _, name := range []string{"notes.txt", ".2026-08.csv", "~$2026-08.xlsx", "2026-08.ods"} {
		f.put(name, "no table")
	}
	if err := os.Mkdir(filepath.Join(f.dir, "old.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	files, answers, err := f.source("ga4_pages", "").Check(t.Context())
	if files != 1 || answers != 1 || err != nil {
		t.Errorf("%d files with %d periods (%v), want one of each", files, answers, err)
	}
	_, _, err = f.put("2026-07.csv", "x").put("2026-06.csv", "x").source("ga4_pages", "").Check(t.Context())
	if err == nil || !strings.Contains(err.Error(), "2026-06.csv: no line has") || !strings.Contains(err.Error(), "(and 1 more)") {
		t.Errorf("the error is %v", err)
	}
}

// An export of CKAN's tracking is a reading of counters. The same file under a later date is none:
// it would say that nobody came in between.
func TestReadings(t *testing.T) {
	f := newFolder(t).put("tracking.csv", export)
	var ledger countingtest.Ledger
	load := func(want ...string) {
		t.Helper()
		s := f.source("ckan_tracking_export", "")
		s.Known = ledger.Known()
		var got []string
		for unit, err := range s.Units(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, sourcestest.Drain(t, unit).Text("raw.counter_reading", "metric", "unit", "subject_kind", "subject", "counted_as", "read_at", "value")...)
			got = append(got, sourcestest.Drain(t, unit).Text("ledger.count_pull", "period_start", "is_whole", "hides_tail")...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
		s.Known = ledger.Known()
		if errs := ledger.Load(t, s); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	load("pages|events|dataset|11111111-aaaa-4000-8000-000000000001|otters|2026-10-02T09:00:00|12",
		"pages|events|dataset|11111111-aaaa-4000-8000-000000000002|badgers|2026-10-02T09:00:00|0",
		"2026-10-02T00:00:00|true|true")
	f.putOn("tracking.csv", export, "2026-10-05")
	load()
	if err := os.Remove(filepath.Join(f.dir, "tracking.csv")); err != nil {
		t.Fatal(err)
	}
	f.put("export-20261006.csv", strings.Replace(export, "12,8", "13,9", 1))
	load("pages|events|dataset|11111111-aaaa-4000-8000-000000000001|otters|2026-10-06T00:00:00|13",
		"pages|events|dataset|11111111-aaaa-4000-8000-000000000002|badgers|2026-10-06T00:00:00|0",
		"2026-10-06T00:00:00|true|true")
}

// What is no address is no count, but said.
func TestUnmatchedIsSaid(t *testing.T) {
	var log bytes.Buffer
	s := newFolder(t).put("views.csv", exploration).source("ga4_exploration", "")
	s.Log = slog.New(slog.NewTextHandler(&log, nil))
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, s); len(errs) > 0 {
		t.Fatal(errs)
	}
	if !strings.Contains(log.String(), "rows=7 unmatched=2") {
		t.Errorf("the log is\n%s", log.String())
	}
}

func TestTooLarge(t *testing.T) {
	f := newFolder(t).put("access.log.csv", "x")
	if err := os.Truncate(filepath.Join(f.dir, "access.log.csv"), mostBytes+1); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.source("ga4_pages", "").Check(t.Context()); err == nil || !strings.Contains(err.Error(), "the file has 256 MB") {
		t.Errorf("the error is %v", err)
	}
}

func TestNoFile(t *testing.T) {
	s := newFolder(t).source("ga4_pages", "")
	s.Config.Files = append(s.Config.Files, filepath.Join(s.Config.Files[0], "*.csv"), "[")
	var ledger countingtest.Ledger
	errs := ledger.Load(t, s)
	if len(errs) != 2 || !strings.Contains(errs[0].Error(), "no file is there") || !strings.Contains(errs[1].Error(), "no pattern") {
		t.Errorf("the errors are %v", errs)
	}
}

func TestPresetRefuses(t *testing.T) {
	for name, test := range map[string]struct{ preset, metric, want string }{
		"a preset that is none": {"ga4", "", "one of ckan_tracking_export, ga4_exploration"},
		"a metric it has not":   {"ga4_pages", "downloads", "do not hold downloads"},
	} {
		if _, err := Preset(test.preset, test.metric); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want %q", name, err, test.want)
		}
	}
}

func TestSuite(t *testing.T) {
	pages := newFolder(t).put("views.csv", exploration).put("pages-2026-08.csv", "Page title,Page location,Views\nSeen by 192.0.2.7,/dataset/otters,5\n")
	sourcestest.Run(t, func(*testing.T) sources.Source { return pages.source("ga4_exploration", "") })
	origins := newFolder(t).put("site.csv", site+"2026-09,Social sources,http://198.51.100.7/,4\n")
	sourcestest.Run(t, func(*testing.T) sources.Source { return origins.source("ga_report_site", "") })
}
