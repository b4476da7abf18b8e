package report

import (
	"strings"
	"testing"
)

// newStory is a story whose sections agree: four datasets, of which one is unused and one left.
func newStory(t *testing.T) *story {
	t.Helper()
	s := &story{Quarter: quarter{Label: "2026Q3", Previous: "2026Q2"}, results: map[string]*result{}}
	for name, table := range map[string]struct {
		columns []string
		rows    [][]any
	}{
		"01_headlines": {[]string{"figure", "datasets"}, [][]any{
			{"in_catalogue", int64(4)}, {"judged", int64(3)}, {"low", int64(1)}, {"used", int64(2)}, {"unreachable", int64(0)},
		}},
		"02_status": {[]string{"status", "datasets", "previous", "change", "by_use", "by_measurement", "by_catalogue"}, [][]any{
			{"used", int64(2), int64(3), int64(-1), int64(0), int64(0), int64(-1)},
			{"low", int64(1), int64(0), int64(1), int64(0), int64(1), int64(0)},
			{"judged", int64(3), int64(3), int64(0), int64(0), int64(1), int64(-1)},
			{"all", int64(4), int64(5), int64(-1), int64(0), int64(0), int64(-1)},
		}},
		"02_status_year": {[]string{"status", "datasets", "year_ago", "change", "by_use", "by_measurement", "by_catalogue"}, [][]any{
			{"used", int64(2), int64(1), int64(1), int64(1), int64(0), int64(0)},
		}},
		"04_review":            {[]string{"dataset"}, [][]any{{"Tides"}}},
		"06_movement":          {[]string{"movement", "datasets", "by_measurement"}, [][]any{{"any_status_change", int64(1), int64(1)}, {"removed", int64(1), int64(0)}}},
		"06_movement_statuses": {[]string{"from_status", "datasets", "by_measurement"}, [][]any{{"not_measurable", int64(1), int64(1)}}},
		"11_catalogue":         {[]string{"line", "datasets"}, [][]any{{"opening", int64(5)}, {"removed", int64(1)}, {"closing", int64(4)}}},
	} {
		head := spec{name: name}
		for i, column := range table.columns {
			kind := Count
			if i == 0 {
				kind = word
			}
			head.columns = append(head.columns, Column{Name: column, Title: column, Kind: kind})
		}
		r, err := newResult(head, table.columns, table.rows, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.results[name] = r
	}
	return s
}

// Sections that contradict each other are found, each by what it says.
func TestSectionsAgree(t *testing.T) {
	if err := newStory(t).agree(); err != nil {
		t.Errorf("a report without contradictions: %v", err)
	}
	for name, test := range map[string]struct {
		spoil func(s *story)
		want  string
	}{
		"a total": {
			func(s *story) { s.results["11_catalogue"].rows[2][1] = int64(5) },
			"01_headlines of in_catalogue says 4 and 11_catalogue of closing says 5",
		},
		"a sum of rows": {
			func(s *story) { s.results["06_movement_statuses"].rows[0][1] = int64(2) },
			"06_movement_statuses in all says 2",
		},
		"a row that is missing": {
			func(s *story) { s.results["04_review"].rows = nil },
			"the review list has 0 datasets, and 1 are unused or barely used",
		},
		"parts of a change": {
			func(s *story) { s.results["02_status"].rows[1][5] = int64(0) },
			`the change of "low" in 02_status is 1, and its parts are 0 in all`,
		},
		"a change in a year": {
			func(s *story) { s.results["02_status_year"].rows[0][3] = int64(2) },
			`the change of "used" in 02_status_year is 2, and its parts are 1 in all`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			test.spoil(s)
			if err := s.agree(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
