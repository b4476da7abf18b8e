package countsfile

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"footfall/internal/sources/counting/countingtest"
)

// A spreadsheet is read as its CSV would be, with its dates and numbers.
func TestSpreadsheet(t *testing.T) {
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", "Notes"); err != nil {
		t.Fatal(err)
	}
	if _, err := book.NewSheet("Counts"); err != nil {
		t.Fatal(err)
	}
	for i, cells := range [][]any{
		{"What our tool counted"},
		{},
		{"Address", "Day", "Taken by"},
		{"/otters.csv", time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), 1234},
		{},
		{"https://data.example.org/badgers.csv", "2026-09-02", 5.0},
	} {
		if err := book.SetSheetRow("Counts", "A"+string(rune('1'+i)), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var text bytes.Buffer
	if err := book.Write(&text); err != nil {
		t.Fatal(err)
	}
	f := newFolder(t).put("counts.xlsx", text.String())
	s := f.source("ga4_pages", "")
	s.Config.Layout = Layout{
		Values: []Value{{Column: []string{"Taken by"}, Metric: "downloads", Unit: "client_days", URL: []string{"Address"}}}, Period: []string{"Day"},
	}
	s.Config.Rows = All
	var ledger countingtest.Ledger
	if errs := ledger.Load(t, s); len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []string{
		"downloads 2026-09-01 is_whole is_final", "  data.example.org/otters.csv 1234 client_days",
		"downloads 2026-09-02 is_whole is_final", "  data.example.org/badgers.csv 5 client_days",
	}
	if diff := cmp.Diff(want, ledger.Lines()); diff != "" {
		t.Errorf("the warehouse (-want +got):\n%s", diff)
	}
	for name, test := range map[string]struct {
		change func(s *Source)
		want   string
	}{
		"another sheet": {func(s *Source) { s.Config.Sheet = "Notes" }, "no line has the column"},
		"no such sheet": {func(s *Source) { s.Config.Sheet = "Counted" }, `there is no sheet "Counted", only Notes, Counts`},
		"a column":      {func(s *Source) { s.Config.Layout.Values[0].Column = []string{"Views"} }, `line 3: the header has no column "Views"`},
		"visitors of months": {func(s *Source) {
			s.Config.Layout.Period, s.Config.Period = nil, Period{day(t, "2026-09-01"), day(t, "2026-09-30")}
		}, "distinct visitors can be taken for single days only"},
	} {
		t.Run(name, func(t *testing.T) {
			again := f.source("ga4_pages", "")
			again.Config.Layout = s.Config.Layout
			again.Config.Layout.Values = slices.Clone(s.Config.Layout.Values)
			test.change(again)
			var ledger countingtest.Ledger
			if errs := ledger.Load(t, again); len(errs) == 0 || !strings.Contains(errs[0].Error(), test.want) {
				t.Errorf("the errors are %v, want %q", errs, test.want)
			}
		})
	}
}

func day(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
