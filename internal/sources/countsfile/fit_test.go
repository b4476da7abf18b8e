package countsfile

import (
	"path/filepath"
	"strings"
	"testing"

	"footfall/internal/sources/counting/countingtest"
)

// Each file that does not fit says where, and nothing of it is taken; the others are.
func TestDoesNotFit(t *testing.T) {
	head := "# 20260901-20260930\n"
	cases := map[string]struct{ preset, name, text, want string }{
		"no such column":       {"ga4_pages", "a.csv", head + "Page title and screen class,Views\nOtters,5\n", `line 2: the header has no column "Page path and screen class"`},
		"no header at all":     {"ga4_pages", "a.csv", "1,2\n3,4\n", `no line has the column "Page path and screen class"`},
		"a word for a number":  {"ga4_pages", "a.csv", head + "Page path,Views\n/,5\n/dataset/otters,many\n", `line 4, column 2 (Views): "many" is no whole number`},
		"half a view":          {"ga4_pages", "a.csv", head + "Page path,Views\n/,5.5\n", `line 3, column 2 (Views): "5.5" is no whole number`},
		"less than none":       {"ga4_pages", "a.csv", head + "Page path,Views\n/,-5\n", `line 3, column 2 (Views): "-5" is less than 0`},
		"no number":            {"ga4_pages", "a.csv", head + "Page path,Views\n/,\n", `line 3, column 2 (Views): "" is no whole number`},
		"a shifted row":        {"ga4_pages", "a.csv", head + "Page path,Views\n/dataset/a,b,5\n", `line 3, column 3: "5" is one cell too many: the header on line 2 has 2 columns`},
		"a log for counts":     {"ga4_pages", "a.csv", head + "Page path,Views\n/,192.0.2.7\n", `line 3, column 2 (Views): a text with an address in it is no whole number`},
		"a form for counts":    {"ga4_pages", "a.csv", head + "Page path,Views\n/,2001:db8::7 - somebody\n", `line 3, column 2 (Views): a text with an address in it is no whole number`},
		"a list of people":     {"ga4_pages", "a.csv", head + "Page path,Views\n/,somebody@example.org\n", `line 3, column 2 (Views): a text with an address in it is no whole number`},
		"a column twice":       {"ga4_pages", "a.csv", head + "Page path,Views,Views\n/,5,6\n", `line 2: the header has no column "Views"`},
		"an open quote":        {"ga4_pages", "a.csv", head + "Page path,Views\n\"/,5\n/a,6\n", `line 3: extraneous`},
		"a total that differs": {"ga4_pages", "a.csv", head + "Page path,Views\n,12,Grand total\n/,5\n/a,6\n", "line 3, column 2 (Views): the total is 12, the rows add up to 11"},
		"no rows":              {"ga4_pages", "a.csv", head + "Page path,Views\n", "it has a header and no counts"},
		"empty":                {"ga4_pages", "a.csv", "\n", "the file is empty"},
		"no period":            {"ga4_pages", "a.csv", "Page path,Views\n/,5\n", "does not say which days"},
		"two periods":          {"ga4_pages", "a.csv", head + "# 20260801-20260831\nPage path,Views\n/,5\n", "names more than one period"},
		"a period to come":     {"ga4_pages", "pages-2026-11.csv", "Page path,Views\n/,5\n", "which is to come"},
		"no period in a row":   {"ga_report_datasets", "a.csv", datasets + "Moles,moles,1,1,1,soon\n", `line 6, column 6 (Period Name): "soon" is no period`},
		"no name in a row":     {"ga_report_datasets", "a.csv", datasets + "Moles,,1,1,1,2026-09\n", "line 6, column 2 (Dataset Name): it is empty"},
		"counts publishers":    {"ga_report_publishers", "a.csv", "Publisher Title,Publisher Name,Views,Visits,Period Name\n", "says nothing of datasets"},
		"a dataset twice":      {"ckan_tracking_export", "a.csv", export + "11111111-aaaa-4000-8000-000000000002,b,1,1\n", "line 4, column 1 (dataset id): \"11111111-aaaa-4000-8000-000000000002\" is there twice"},
		"UTF-16":               {"ga4_pages", "a.csv", "\xff\xfeP\x00", "UTF-16"},
		"Latin 1":              {"ga4_pages", "a.csv", head + "Page path,Views\n/caf\xe9,5\n", "line 3 is not in UTF-8"},
		"an old spreadsheet":   {"ga4_pages", "a.csv", "\xd0\xcf\x11\xe0", "save it as .xlsx"},
		"a packed file":        {"ga4_pages", "a.csv", "PK\x03\x04", "unpack it"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFolder(t).put(test.name, test.text)
			good := map[string]string{"ga_report_datasets": datasets, "ckan_tracking_export": export}[test.preset]
			if good == "" {
				good = "# 20260101-20260131\nPage path,Views\n/,5\n"
			}
			if test.preset != "ga_report_publishers" {
				f.putOn("z.csv", good, "2026-10-01")
			}
			var ledger countingtest.Ledger
			errs := ledger.Load(t, f.source(test.preset, ""))
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), test.want) || !strings.Contains(errs[0].Error(), filepath.Join(f.dir, test.name)) {
				t.Fatalf("the errors are %v, want one of %s with %q", errs, test.name, test.want)
			}
			if test.preset != "ga_report_publishers" && len(ledger.Lines()) == 0 {
				t.Error("the other file was not taken")
			}
		})
	}
}
