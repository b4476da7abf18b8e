package report

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// told are rows of tables: of each its name, then of each row its key and its numbers.
type told map[string]map[string]map[string]int64

// storyOf is a story of the quarter after another, or of the first one, that tells of these tables; others are empty.
func storyOf(t *testing.T, tables told, isFirst bool) *story {
	t.Helper()
	s := &story{
		Quarter: quarter{
			Label: "2026Q3", Previous: "2026Q2", YearAgo: "2025Q3", Start: day("2026-07-01"), End: day("2026-09-30"),
			AsOf: day("2026-09-30"), First: day("2024-07-01"), Threshold: 5, HasYear: true, HasTwoYears: true,
		},
		results: map[string]*result{},
		breaks:  &result{},
	}
	if isFirst {
		s.Quarter.Previous, s.Quarter.YearAgo = "", ""
	}
	for _, name := range []string{
		"01_headlines", "01_headlines_unseen", "01_headlines_actions", "02_status", "02_status_year", "03_publishers", "04_review",
		"05_broken", "06_movement", "07_most_used", "07_most_used_total", "08_concentration", "10_sources", "10_sources_hosts",
		"10_sources_detection", "11_catalogue", "11_catalogue_groups", "12_sensitivity",
	} {
		columns := []string{"key"}
		for _, row := range tables[name] {
			for column := range row {
				if !slices.Contains(columns, column) {
					columns = append(columns, column)
				}
			}
		}
		var rows [][]any
		for _, key := range slices.Sorted(maps.Keys(tables[name])) {
			row := []any{key}
			for _, column := range columns[1:] {
				if number, ok := tables[name][key][column]; ok {
					row = append(row, number)
				} else {
					row = append(row, nil)
				}
			}
			rows = append(rows, row)
		}
		r, err := newResult(spec{name: name, columns: []Column{{Name: "key"}}}, columns, rows, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.results[name] = r
	}
	return s
}

type numbers = map[string]map[string]int64

// of are the rows of a table with one figure each, by key.
func of(column string, figures map[string]int64) numbers {
	rows := numbers{}
	for key, figure := range figures {
		rows[key] = map[string]int64{column: figure}
	}
	return rows
}

func headlines(live, judged, unreachable, mixed int64) numbers {
	return of("datasets", map[string]int64{
		"in_catalogue": live, "judged": judged, "unreachable": unreachable, "used_and_broken": mixed, "not_visible": live - judged,
	})
}

// judged is how many datasets could be judged in the quarter, and in the one before; none a year ago.
func judged(now, before int64) numbers {
	return numbers{"judged": {"datasets": now, "previous": before}, "low": {}, "all": {"datasets": 4, "previous": 4}}
}

func concentration(datasets, without, uses int64) numbers {
	return numbers{"2026Q3": {"datasets": datasets, "without_use": without, "client_days": uses, "top_10_count": 1}}
}

func sensitivity(judged, base, half, double int64) numbers {
	return numbers{"base": {"_judged": judged, "low": base}, "half": {"low": half}, "double": {"low": double}}
}

// sourceDays are sources that saw so many days of a quarter of 92.
func sourceDays(days ...int64) numbers {
	rows := numbers{}
	for n, count := range days {
		row := map[string]int64{"days": count, "healthy_days": count}
		if count > 0 {
			row["_unseen_days"] = 92 - count
		}
		rows[string(rune('a'+n))] = row
	}
	return rows
}

func catalogue(opening, closing int64) numbers {
	return of("datasets", map[string]int64{"opening": opening, "closing": closing})
}

var (
	seen   = numbers{"data.example.org": {"seen_days": 92, "measured_days": 92}}
	unseen = numbers{"data.example.org": {"seen_days": 0, "measured_days": 0}}
)

// Each section says what is so, in good English, where there are none, one, two or all of a thing, where nothing was
// seen, and where nothing is there to compare with.
func TestSentencesAtTheEdges(t *testing.T) {
	for name, test := range map[string]struct {
		section string
		tables  told
		isFirst bool
		want    string // in the section's answer and text
	}{
		"no dataset": {
			"01_headlines",
			told{"01_headlines": headlines(0, 0, 0, 0)},
			false,
			"No dataset was in the catalogue at the end of the quarter, so there is nothing to judge.",
		},
		"the only dataset not judged": {
			"01_headlines",
			told{"01_headlines": headlines(1, 0, 0, 0)},
			false,
			"We could not judge the only dataset: too little of its use could be seen. So nobody can say whether it was wanted but broken.",
		},
		"neither judged": {
			"01_headlines",
			told{"01_headlines": headlines(2, 0, 0, 0)},
			false,
			"We could judge neither of the 2 datasets: too little of their use could be seen. So nobody can say whether any of them was wanted but broken.",
		},
		"judged by counts, no log": {
			"01_headlines",
			told{"01_headlines": headlines(3, 3, 0, 0), "10_sources_hosts": unseen},
			false,
			"No server log saw the data in the quarter, so nobody can say whether any of it was wanted but broken.",
		},
		"none broken": {
			"01_headlines",
			told{"01_headlines": headlines(3, 3, 0, 0), "10_sources_hosts": seen},
			false,
			"No dataset was seen to be wanted but broken.",
		},
		"one used and broken": {
			"01_headlines",
			told{"01_headlines": headlines(3, 3, 0, 1), "10_sources_hosts": seen},
			false,
			"No dataset was seen to be wanted but broken. 1 dataset was used, although some of the data gave errors.",
		},
		"one more used and broken": {
			"01_headlines",
			told{"01_headlines": headlines(3, 3, 1, 1), "10_sources_hosts": seen},
			false,
			"people asked for the data and got an error. 1 more dataset was used, although",
		},

		"first quarter": {
			"02_status",
			told{"02_status": judged(2, 0)},
			true,
			"This is the first quarter that can be reported, so there is nothing to compare it with.",
		},
		"nothing judged": {
			"02_status",
			told{"02_status": judged(0, 0)},
			false,
			"So nobody can say how many were unused or barely used, or compare that with the quarter before.",
		},
		"nothing judged before": {
			"02_status",
			told{"02_status": judged(2, 0)},
			false,
			"In the quarter before no dataset could be judged, so there is nothing to compare it with.",
		},
		"nothing judged a year ago": {
			"02_status",
			told{"02_status": judged(2, 2)},
			false,
			"No dataset was unused or barely used, as in the quarter before. In the same quarter of the year before no dataset could be judged.",
		},

		"no publisher could be judged": {
			"03_publishers",
			told{"03_publishers": {"All publishers": {"_publishers": 2}}},
			false,
			"No dataset could be judged, so nobody can say which publishers have datasets with little or no use.",
		},
		"neither publisher": {
			"03_publishers",
			told{"03_publishers": {"All publishers": {"_publishers": 2, "_publishers_judged": 2, "judged": 4}}},
			false,
			"Neither of the 2 publishers had datasets with little or no use.",
		},
		"one publisher": {
			"03_publishers",
			told{"03_publishers": {"All publishers": {"_publishers": 1, "_publishers_judged": 1, "judged": 4}}},
			false,
			"No publisher had datasets with little or no use.",
		},
		"some publishers could not be judged": {
			"03_publishers",
			told{"03_publishers": {"All publishers": {"_publishers": 5, "_publishers_judged": 3, "_publishers_with_low": 1, "judged": 4}}},
			false,
			"1 of the 3 publishers with datasets that could be judged had datasets with little or no use.",
		},

		"nothing to review": {"04_review", told{"02_status": judged(2, 2)}, false, "No dataset is on the review list."},
		"nobody knows what to review": {
			"04_review",
			told{"02_status": judged(0, 0)},
			false,
			"No dataset could be judged, so none is on the review list.",
		},

		"no log saw errors": {
			"05_broken",
			told{"10_sources_hosts": unseen},
			false,
			"No server log saw the data in the quarter, so nobody can say what turned people away.",
		},
		"no errors": {
			"05_broken",
			told{"10_sources_hosts": seen},
			false,
			"No file or service was seen to turn anybody away in the quarter.",
		},
		"one mended": {
			"05_broken",
			told{"05_broken": of("files", map[string]int64{"mended": 1})},
			false,
			"1 file or service turned people away in the quarter, but it no longer fails.",
		},
		"two mended": {
			"05_broken",
			told{"05_broken": of("files", map[string]int64{"mended": 2})},
			false,
			"2 files and services turned people away in the quarter, but they no longer fail.",
		},
		"one error": {
			"05_broken",
			told{"05_broken": {"still_fails": {"files": 1, "client_days": 1}}},
			false,
			"1 file or service turned people away once in the quarter and still fails.",
		},

		"one changed": {
			"06_movement",
			told{"02_status": judged(2, 2), "06_movement": of("datasets", map[string]int64{"any_status_change": 1})},
			false,
			"1 dataset changed its status since the quarter before, and use made this change.",
		},
		"two changed": {
			"06_movement",
			told{"02_status": judged(2, 2), "06_movement": of("datasets", map[string]int64{"any_status_change": 2})},
			false,
			"2 datasets changed their status since the quarter before, and use made both changes.",
		},
		"nothing seen to change": {
			"06_movement",
			told{"02_status": judged(0, 0)},
			false,
			"No dataset could be judged in this quarter or the one before, so nobody can say how use changed.",
		},
		"newly used cannot be said": {
			"06_movement",
			told{"02_status": judged(2, 2)},
			false,
			"Nobody can say which datasets are newly used or lapsed",
		},

		"one use": {
			"07_most_used",
			told{
				"07_most_used":       {"1": {"place": 1, "client_days": 1, "dataset": 0}},
				"07_most_used_total": {"2026Q3": {"with_use": 1, "client_days": 1}},
			},
			false,
			"1 dataset had some use in the quarter, 1 use in all.",
		},

		"one dataset seen": {
			"08_concentration",
			told{"08_concentration": concentration(1, 0, 9)},
			false,
			"Only one dataset could be seen in full, so nobody can say how use is spread.",
		},
		"neither used": {
			"08_concentration",
			told{"08_concentration": concentration(2, 2, 0)},
			false,
			"Neither of the 2 datasets that could be seen had any use, so there is nothing to spread.",
		},
		"both used":    {"08_concentration", told{"08_concentration": concentration(2, 0, 9)}, false, "Both datasets had some use in the quarter."},
		"all used":     {"08_concentration", told{"08_concentration": concentration(3, 0, 9)}, false, "All 3 datasets had some use in the quarter."},
		"one not used": {"08_concentration", told{"08_concentration": concentration(3, 1, 9)}, false, "1 of the 3 datasets had no use at all in the quarter."},

		"no source in service": {
			"10_sources",
			told{"10_sources_hosts": unseen, "10_sources": sourceDays(0)},
			false,
			"No server log and no source of counts was in service in the quarter, so no use could be seen.",
		},
		"one source saw a part": {
			"10_sources",
			told{"10_sources_hosts": seen, "10_sources": sourceDays(83)},
			false,
			"The only source did not see the whole quarter.",
		},
		"neither source saw all": {
			"10_sources",
			told{"10_sources_hosts": seen, "10_sources": sourceDays(83, 89)},
			false,
			"Neither of the 2 sources saw the whole quarter.",
		},
		"one of two saw all": {
			"10_sources",
			told{"10_sources_hosts": seen, "10_sources": sourceDays(83, 92)},
			false,
			"1 of the 2 sources did not see the whole quarter.",
		},
		"both saw all, a third had ended": {
			"10_sources",
			told{"10_sources_hosts": seen, "10_sources": sourceDays(92, 92, 0)},
			false,
			"Both sources saw the whole quarter.",
		},

		"grew from none": {
			"11_catalogue",
			told{"11_catalogue": catalogue(0, 2)},
			false,
			"The catalogue had no dataset at the start of the quarter, and 2 at its end.",
		},
		"never any": {
			"11_catalogue",
			told{"11_catalogue": catalogue(0, 0)},
			false,
			"The catalogue had no dataset at the start of the quarter, and none at its end.",
		},
		"shrank to none": {"11_catalogue", told{"11_catalogue": catalogue(1, 0)}, false, "The catalogue shrank from 1 dataset to none."},
		"grew":           {"11_catalogue", told{"11_catalogue": catalogue(1, 2)}, false, "The catalogue grew from 1 to 2 datasets."},

		"no rule judges": {
			"12_sensitivity",
			told{"12_sensitivity": sensitivity(0, 0, 0, 0)},
			false,
			"No dataset could be judged, so nobody can say what other rules would change.",
		},
		"no rule finds any": {"12_sensitivity", told{"12_sensitivity": sensitivity(3, 0, 0, 0)}, false, "With half or twice the threshold, still no dataset would have little or no use."},
		"no rule changes":   {"12_sensitivity", told{"12_sensitivity": sensitivity(3, 2, 2, 2)}, false, "With half or twice the threshold, as many datasets would have little or no use: 2."},
		"a rule finds some": {"12_sensitivity", told{"12_sensitivity": sensitivity(3, 0, 0, 2)}, false, "Half the threshold would leave no dataset with little or no use, and twice the threshold 2, in place of none."},
	} {
		t.Run(name, func(t *testing.T) {
			s := storyOf(t, test.tables, test.isFirst)
			words, err := s.words(test.section)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, part := range []string{"answer", "text"} {
				if err := words.ExecuteTemplate(&b, part, s); err != nil {
					t.Fatal(err)
				}
				b.WriteString(" ")
			}
			if got := oneLine(b.String()); !strings.Contains(got, test.want) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
