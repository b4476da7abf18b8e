package report

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// arrivals are a table of kinds of sites and one of sites, as in section 9.
func arrivals(t *testing.T, media, sites [][]any) map[string]*result {
	t.Helper()
	return map[string]*result{
		"09_referrers": newTestResult(t, "09_referrers", `-- From where
--
-- One row for each kind of site.
--
-- key: 1
-- confidential: visits, visit_share, sites: rows add up
--
-- medium  Kind: What kind.
-- visits  Visits (count): How many.
-- visit_share  Share (share): Their share.
-- sites   Sites (count): How many sites.
`, []string{"medium", "visits", "visit_share", "sites"}, media),
		"09_referrers_sites": newTestResult(t, "09_referrers_sites", `-- From which site
--
-- One row for each site.
--
-- key: 2
-- confidential: visits: rows add up to 09_referrers by medium
--
-- medium  Kind: What kind.
-- site    Site: Its name.
-- visits  Visits (count): How many.
`, []string{"medium", "site", "visits"}, sites),
	}
}

// traffic is a table of answers by kind of visitor, as in section 10.
func traffic(t *testing.T, rows [][]any) *result {
	t.Helper()
	return newTestResult(t, "10_traffic", `-- Traffic
--
-- One row for each kind of visitor.
--
-- key: 1
-- confidential: hits
-- confidential: found: part of hits
-- confidential: lost: part of hits
--
-- visitor  Visitor: Who.
-- hits     Hits (count): All.
-- found    Found (count): Those with a dataset.
-- lost     Lost (count): Those without.
`, []string{"visitor", "hits", "found", "lost"}, rows)
}

// used is a dataset, or the rest of them, as in section 7: its client-days and requests, and those by machines.
type used struct{ days, requests, machineDays, machineRequests int64 }

func (u used) row(name string) []any {
	share := math.Round(float64(u.machineRequests)/float64(u.requests)*1e4) / 1e4
	return []any{"Q3", name, u.days, u.requests, share, u.machineDays, u.machineRequests}
}

// machines are a table of datasets with the share of machines and one of all use, as in section 7. The last of the
// datasets is one that is not listed.
func machines(t *testing.T, datasets ...used) map[string]*result {
	t.Helper()
	columns := []string{"quarter", "name", "days", "requests", "share", "_machine_days", "_machine_requests"}
	var rows [][]any
	var all used
	for n, u := range datasets {
		if n < len(datasets)-1 {
			rows = append(rows, u.row(fmt.Sprint("d", n+1)))
		}
		all.days, all.requests = all.days+u.days, all.requests+u.requests
		all.machineDays, all.machineRequests = all.machineDays+u.machineDays, all.machineRequests+u.machineRequests
	}
	return map[string]*result{
		"07_most": newTestResult(t, "07_most", `-- Most used
--
-- One row for each dataset.
--
-- key: 1
-- confidential: _machine_requests, share: part of requests: rows add up to 07_most_total by quarter
-- confidential: _machine_days, share: part of days: rows add up to 07_most_total by quarter
--
-- name      Dataset: Its name.
-- days      Uses (count): Client-days.
-- requests  Requests (count): All.
-- share     Share (share): By machines.
`, columns, rows),
		"07_most_total": newTestResult(t, "07_most_total", `-- All use
--
-- One row for each quarter.
--
-- key: 1
-- confidential: _machine_requests, share: part of requests
-- confidential: _machine_days, share: part of days
--
-- quarter   Quarter: Which.
-- days      Uses (count): Client-days.
-- requests  Requests (count): All.
-- share     Share (share): By machines.
`, columns, [][]any{all.row("")}),
	}
}

func newTestResult(t *testing.T, name, header string, columns []string, rows [][]any) *result {
	t.Helper()
	s, err := parseSpec(name, header)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newResult(s, columns, rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// published is a table as the public reads it: a line for each row.
func published(r *result) string {
	var b strings.Builder
	for _, row := range r.table.Rows {
		for c, cell := range row {
			if c > 0 {
				b.WriteString(" ")
			}
			b.WriteString(plain(cell))
			b.WriteString(strings.Join(cell.Marks, ""))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestKeepBackArrivals(t *testing.T) {
	for name, test := range map[string]struct {
		media, sites         [][]any
		wantMedia, wantSites string
	}{
		"nothing is small": {
			media:     [][]any{{"search", int64(9), 0.6, int64(1)}, {"social", int64(6), 0.4, int64(1)}, {"email", int64(0), 0.0, int64(0)}},
			sites:     [][]any{{"social", "b", int64(6)}, {"search", "a", int64(9)}},
			wantMedia: "search 9 0.6 1\nsocial 6 0.4 1\nemail 0 0 0\n",
			wantSites: "social b 6\nsearch a 9\n",
		},
		"one is small, and the total would tell it": {
			media:     [][]any{{"search", int64(9), 0.6, int64(2)}, {"social", int64(6), 0.4, int64(1)}, {"email", int64(3), 0.2, int64(1)}},
			wantMedia: "search 9 0.6 2\nemail [c] [c] [c]\nsocial [c] [c] [c]\n",
		},
		"one is small, and a 0 is less loss than a count": {
			media:     [][]any{{"search", int64(9), 0.75, int64(2)}, {"email", int64(3), 0.25, int64(1)}, {"code", int64(0), 0.0, int64(0)}},
			wantMedia: "search 9 0.75 2\ncode [c] [c] [c]\nemail [c] [c] [c]\n",
		},
		"two are small and protect each other": {
			media:     [][]any{{"search", int64(9), 0.6, int64(2)}, {"code", int64(2), 0.1, int64(1)}, {"email", int64(3), 0.2, int64(1)}},
			wantMedia: "search 9 0.6 2\ncode [c] [c] [c]\nemail [c] [c] [c]\n",
		},
		"two are as large as they can be": {
			media:     [][]any{{"search", int64(9), 0.6, int64(2)}, {"code", int64(4), 0.1, int64(1)}, {"email", int64(4), 0.2, int64(1)}},
			wantMedia: "code [c] [c] [c]\nemail [c] [c] [c]\nsearch [c] [c] [c]\n",
		},
		"the only site of a kind": {
			media:     [][]any{{"search", int64(9), 0.6, int64(1)}, {"email", int64(3), 0.2, int64(1)}, {"code", int64(0), 0.1, int64(0)}},
			sites:     [][]any{{"search", "a", int64(9)}, {"email", "b", int64(3)}},
			wantMedia: "search 9 0.6 1\ncode [c] [c] [c]\nemail [c] [c] [c]\n",
			wantSites: "search a 9\nemail b [c]\n",
		},
		"a site that is small, with none beside it to hide": {
			media:     [][]any{{"search", int64(8), 0.5, int64(2)}, {"social", int64(20), 0.5, int64(1)}, {"code", int64(30), 0.5, int64(1)}},
			sites:     [][]any{{"search", "b", int64(4)}, {"search", "a", int64(4)}},
			wantMedia: "code 30 0.5 1\nsearch [c] [c] [c]\nsocial [c] [c] [c]\n",
			wantSites: "search a [c]\nsearch b [c]\n",
		},
		"sites that are not listed leave a small rest": {
			media:     [][]any{{"search", int64(12), 0.5, int64(3)}, {"social", int64(20), 0.5, int64(1)}},
			sites:     [][]any{{"search", "b", int64(9)}},
			wantMedia: "search 12 0.5 3\nsocial 20 0.5 1\n",
			wantSites: "search b [c]\n",
		},
		"the place of a row tells nothing": {
			media:     [][]any{{"search", int64(9), 0.6, int64(2)}, {"social", int64(8), 0.5, int64(4)}},
			sites:     [][]any{{"search", "z", int64(3)}, {"search", "y", int64(6)}, {"social", "a", int64(8)}},
			wantMedia: "search 9 0.6 2\nsocial 8 0.5 4\n",
			wantSites: "social a 8\nsearch y [c]\nsearch z [c]\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			results := arrivals(t, test.media, test.sites)
			if err := keepBack(results); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.wantMedia, published(results["09_referrers"])); diff != "" {
				t.Errorf("media (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(test.wantSites, published(results["09_referrers_sites"])); diff != "" {
				t.Errorf("sites (-want +got)\n%s", diff)
			}
		})
	}
}

func TestKeepBackOfRows(t *testing.T) {
	for name, test := range map[string]struct {
		rows [][]any
		want string
	}{
		"parts of a row":          {[][]any{{"staff", int64(40), int64(37), int64(3)}}, "staff 40 [c] [c]\n"},
		"a small row":             {[][]any{{"staff", int64(3), int64(3), int64(0)}}, "staff [c] [c] 0\n"},
		"a row of one small part": {[][]any{{"staff", int64(9), int64(9), int64(0)}}, "staff 9 9 0\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := traffic(t, test.rows)
			if err := keepBack(map[string]*result{r.spec.name: r}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, published(r)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestKeepBackOfMachines(t *testing.T) {
	half, some := used{80, 80, 40, 40}, used{70, 70, 14, 14}
	for name, test := range map[string]struct {
		datasets        []used
		want, wantOfAll string
	}{
		"few requests by machines":   {[]used{{90, 90, 3, 3}, half, some, {}}, "d1 90 90 [c]\nd2 80 80 0.5\nd3 70 70 [c]\n", "Q3 240 240 0.2375\n"},
		"few requests by others":     {[]used{{90, 90, 87, 87}, half, some, {}}, "d1 90 90 [c]\nd2 80 80 0.5\nd3 70 70 [c]\n", "Q3 240 240 0.5875\n"},
		"few machines that ask much": {[]used{{3, 50, 3, 50}, half, some, {}}, "d1 3 50 [c]\nd2 80 80 0.5\nd3 70 70 [c]\n", "Q3 153 200 0.52\n"},
		"one machine and one other":  {[]used{{2, 50, 1, 25}, half, some, {}}, "d1 2 50 [c]\nd2 80 80 0.5\nd3 70 70 [c]\n", "Q3 152 200 0.395\n"},
		"all by machines":            {[]used{{90, 90, 90, 90}, {80, 80, 0, 0}, {}}, "d1 90 90 1\nd2 80 80 0\n", "Q3 170 170 0.5294\n"},
		"all few, by machines":       {[]used{{90, 90, 0, 0}, {3, 3, 3, 3}, {}}, "d1 90 90 0\nd2 3 3 [c]\n", "Q3 93 93 [c]\n"},
		"the only dataset":           {[]used{{3, 50, 3, 50}, {}}, "d1 3 50 [c]\n", "Q3 3 50 [c]\n"},
		"two that add up":            {[]used{{2, 3, 2, 3}, {2, 2, 2, 2}, {}}, "d1 2 3 [c]\nd2 2 2 [c]\n", "Q3 4 5 [c]\n"},
		"few beside those listed":    {[]used{half, {3, 50, 3, 50}}, "d1 80 80 [c]\n", "Q3 83 130 0.6923\n"},
	} {
		t.Run(name, func(t *testing.T) {
			results := machines(t, test.datasets...)
			if err := keepBack(results); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, published(results["07_most"])); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(test.wantOfAll, published(results["07_most_total"])); diff != "" {
				t.Errorf("all (-want +got)\n%s", diff)
			}
		})
	}
}

func TestKeepBackOfWhatCannotBeHidden(t *testing.T) {
	results := arrivals(t, [][]any{{"email", int64(3), 1.0, int64(1)}}, nil)
	err := keepBack(results)
	if want := "sql/report/09_referrers.sql: row 1 has a small count"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
