package report

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// newReport is a small report with a column of each kind, and with texts that files have trouble with.
func newReport() *Report {
	status := Table{
		Name: "02_status", Title: "Datasets by status", Description: "One row for each status.", Key: 1,
		Columns: []Column{
			{Name: "status", Title: "Status", Description: "What can be said of the datasets.", Kind: Text},
			{Name: "datasets", Title: "Datasets [note 1]", Kind: Count},
			{Name: "status_share", Title: "Share", Description: "Of those that could be judged.", Kind: Share},
			{Name: "change_rate", Title: "Change", Unit: "datasets a month", Kind: Number},
		},
		Rows: [][]Cell{
			{{Value: "used"}, {Value: int64(2980)}, {Value: 0.297}, {Value: -1.25}},
			{{Value: "unused"}, {Value: int64(12), Marks: []string{"[p]", "[b]"}}, {Value: 0.0}, {Marks: []string{"[x]"}}},
		},
	}
	review := Table{
		Name: "04_review", Title: "What to look at", Description: "One row for each dataset.", Key: 2,
		Columns: []Column{
			{Name: "publisher", Title: "Publisher", Kind: Text},
			{Name: "dataset", Title: "Dataset", Kind: Text},
			{Name: "last_used_date", Title: "Last use", Kind: Date},
			{Name: "is_provisional", Title: "So far only", Kind: YesNo},
			{Name: "page_url", Title: "Page", Kind: Link},
		},
		Rows: [][]Cell{
			{
				{Value: "Coast & Sea"},
				{Value: "=1+1 <tides>,\t\"low\" \x01and\xff  high", Link: "https://data.example.org/dataset/tides?a=1&b=2"},
				{Value: day("2026-08-02")},
				{Value: true},
				{Value: "https://data.example.org/dataset/tides?a=1&b=2"},
			},
			{{Value: "Coast & Sea"}, {Value: "ünused", Link: "javascript:alert(1)"}, {Marks: []string{"[z]"}}, {Value: false}, {Value: "no link"}},
		},
	}
	empty := Table{
		Name: "05_broken", Title: "Broken", Description: "One row for each file.", Key: 1,
		Columns: []Column{{Name: "file", Title: "File", Kind: Text}, {Name: "client_days", Title: "Turned away", Unit: "client-days", Kind: Count}},
	}
	datasets := review
	datasets.Name = "datasets"
	return &Report{
		Title: "Use of datasets, July to September 2026", Quarter: "2026Q3", Edition: Internal,
		QuarterStart: day("2026-07-01"), QuarterEnd: day("2026-09-30"), AsOf: day("2026-10-02"),
		Portal: "data.example.org", Contact: "data@example.org", Licence: "https://example.org/licence", Version: "1.0",
		IsProvisional: true, ProvisionalWhy: []string{"The log of files-1 is not complete."},
		Notes:    []Note{{"Datasets", "Groups count once."}},
		Marks:    []Term{{"[p]", "provisional"}, {"[x]", "not available"}},
		Glossary: []Term{{"use", "a client on a day that got data"}},
		Sections: []Section{
			{Number: 2, Name: "02_status", Title: "Status", Tables: []Table{status}},
			{Number: 4, Name: "04_review", Title: "Review", Tables: []Table{review}},
			{Number: 5, Name: "05_broken", Title: "Broken", Tables: []Table{empty}},
		},
		Publishers: []PublisherReport{{Name: "coast", Datasets: datasets, Report: Report{
			Title: "Coast & Sea", Quarter: "2026Q3", Edition: Internal, QuarterStart: day("2026-07-01"), QuarterEnd: day("2026-09-30"),
		}}},
		Inputs: []Input{NewInput("sql/report/02_status.sql", "select 1", []string{"a"}, [][]any{{int64(1)}})},
	}
}

func render(t *testing.T, r *Report) Files {
	t.Helper()
	files, err := Render(r, true)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCSV(t *testing.T) {
	files := render(t, newReport())
	for name, want := range map[string]string{
		"tables/02_status.csv": "status,datasets,status_share,change_rate,marks\r\n" +
			"used,2980,0.297,-1.25,\r\n" +
			"unused,12,0,,datasets [p] [b]; change_rate [x]\r\n",
		"tables/04_review.csv": "publisher,dataset,last_used_date,is_provisional,page_url,marks\r\n" +
			"Coast & Sea,\"'=1+1 <tides>, \"\"low\"\" and\uFFFD high\",2026-08-02,true,https://data.example.org/dataset/tides?a=1&b=2,\r\n" +
			"Coast & Sea,ünused,,false,no link,last_used_date [z]\r\n",
		"tables/05_broken.csv": "file,client_days,marks\r\n",
	} {
		if diff := cmp.Diff(want, string(files[name])); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(string(files["tables/04_review.csv"]), string(files["publishers/coast.csv"])); diff != "" {
		t.Errorf("publishers/coast.csv (-want +got)\n%s", diff)
	}
}

func TestCSVHasNoFormula(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "",
		"-5 degrees":         "'-5 degrees",
		"+44":                "'+44",
		"@SUM(A1)":           "'@SUM(A1)",
		" =1":                "'=1",
		"a=1":                "a=1",
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"\t=1":               "'=1",
		"\u2028=1":           "'=1",
	} {
		if got := harmless(plain(Cell{Value: text})); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCSVW(t *testing.T) {
	files := render(t, newReport())
	want := `{
  "@context": [
    "http://www.w3.org/ns/csvw",
    {
      "@language": "en"
    }
  ],
  "url": "05_broken.csv",
  "dc:title": "Broken",
  "dc:description": "One row for each file.",
  "dc:isPartOf": "Use of datasets, July to September 2026",
  "dc:publisher": "data.example.org",
  "dc:license": {
    "@id": "https://example.org/licence"
  },
  "dc:temporal": "2026-07-01/2026-09-30",
  "dialect": {
    "encoding": "utf-8",
    "header": true,
    "lineTerminators": [
      "\r\n",
      "\n"
    ]
  },
  "tableSchema": {
    "columns": [
      {
        "name": "file",
        "titles": [
          "file",
          "File"
        ],
        "datatype": "string",
        "required": true
      },
      {
        "name": "client_days",
        "titles": [
          "client_days",
          "Turned away"
        ],
        "dc:description": "Unit: client-days.",
        "datatype": "integer"
      },
      {
        "name": "marks",
        "titles": [
          "marks",
          "Marks"
        ],
        "dc:description": "Columns of the row whose value has a mark, each with its marks; a cell without a value is empty and has one. [p]: provisional [x]: not available",
        "datatype": "string",
        "separator": "; "
      }
    ],
    "primaryKey": [
      "file"
    ]
  }
}
`
	if diff := cmp.Diff(want, string(files["tables/05_broken.csv-metadata.json"])); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The same report is the same bytes, however often it is written, and another one is others.
func TestSameReportSameBytes(t *testing.T) {
	first := render(t, newReport())
	for range 5 {
		again := render(t, newReport())
		for _, name := range slices.Sorted(maps.Keys(first)) {
			if !bytes.Equal(first[name], again[name]) {
				t.Errorf("%s differs from one writing to the next", name)
			}
		}
	}
	other := newReport()
	other.Sections[0].Tables[0].Rows[0][1].Value = int64(2981)
	for _, name := range []string{"manifest.json", "tables/02_status.csv", "usage-report.ods", "usage-report.xlsx"} {
		if bytes.Equal(first[name], render(t, other)[name]) {
			t.Errorf("%s is the same for another report", name)
		}
	}
}

// A public edition says nothing that lets a reader try the confidential counts one by one. Settings are no secret.
func TestPublicEditionHasNoDigestOfRows(t *testing.T) {
	r := newReport()
	settings := NewInput("settings", "", []string{"threshold"}, [][]any{{int64(5)}})
	settings.IsOpen = true
	r.Inputs = append(r.Inputs, settings)
	for edition, want := range map[string]bool{Internal: true, Public: false} {
		r.Edition = edition
		manifest := render(t, r)["manifest.json"]
		if got := bytes.Contains(manifest, []byte(r.Inputs[0].RowsSHA256)); got != want {
			t.Errorf("%s edition: the digest of the rows is in the manifest: %t", edition, got)
		}
		if !bytes.Contains(manifest, []byte(settings.RowsSHA256)) {
			t.Errorf("%s edition: the manifest has no digest of the settings", edition)
		}
	}
}

func TestReportThatBreaksItsPromises(t *testing.T) {
	for name, test := range map[string]struct {
		breakIt func(*Report)
		want    string
	}{
		"two tables of one name": {func(r *Report) { r.Sections[1].Tables[0].Name = "02_status" }, `"02_status" is no name for a table, or taken`},
		"a table without number": {func(r *Report) { r.Sections[1].Tables[0].Name = "status" }, `"status" is no name`},
		"a column twice":         {func(r *Report) { r.Sections[0].Tables[0].Columns[1].Name = "status" }, `"status" is no name for a column, or taken`},
		"a title twice":          {func(r *Report) { r.Sections[0].Tables[0].Columns[1].Title = "Status" }, `the title "Status" is empty or another's`},
		"a cell too few":         {func(r *Report) { r.Sections[0].Tables[0].Rows[1] = r.Sections[0].Tables[0].Rows[1][:3] }, "row 2 has 3 cells for 4 columns"},
		"a value of other type":  {func(r *Report) { r.Sections[0].Tables[0].Rows[1][1].Value = 12.0 }, "row 2, column datasets: 12 (float64) is no value of a column of kind count"},
		"a share over 1":         {func(r *Report) { r.Sections[0].Tables[0].Rows[1][2].Value = 1.5 }, "1.5 (float64) is no value of a column of kind share"},
		"nothing, and no mark":   {func(r *Report) { r.Sections[0].Tables[0].Rows[1][2] = Cell{} }, "no value, and no mark"},
		"a key twice":            {func(r *Report) { r.Sections[0].Tables[0].Rows[1][0].Value = "used" }, "two rows for status used"},
		"a chart of no table":    {func(r *Report) { r.Sections[0].Charts = []Chart{{Name: "c", Table: "09_x"}} }, `chart c draws table "09_x"`},
		"a name with a slash":    {func(r *Report) { r.Publishers[0].Name = "../coast" }, `publisher "../coast" has a name`},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReport()
			test.breakIt(r)
			_, err := Render(r, false)
			if got := fmt.Sprint(err); !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
