package report

import (
	"errors"
	"fmt"
)

// figure is a number of a story: that in the row with a key of a table, or the sum of all rows of a column if the key
// is empty.
type figure struct{ table, key, column string }

// sameFigures are those that several sections tell: each line is one number.
var sameFigures = [][]figure{
	{
		{"01_headlines", "in_catalogue", "datasets"},
		{"02_status", "all", "datasets"},
		{"03_publishers", "All publishers", "live"},
		{"11_catalogue", "closing", "datasets"},
	},
	{
		{"01_headlines", "judged", "datasets"},
		{"02_status", "judged", "datasets"},
		{"03_publishers", "All publishers", "judged"},
	},
	{
		{"01_headlines", "low", "datasets"},
		{"02_status", "low", "datasets"},
		{"03_publishers", "All publishers", "low"},
	},
	{
		{"01_headlines", "used", "datasets"},
		{"02_status", "used", "datasets"},
		{"03_publishers", "All publishers", "used"},
	},
	{
		{"01_headlines", "unreachable", "datasets"},
		{"02_status", "unreachable", "datasets"},
		{"03_publishers", "All publishers", "unreachable"},
	},
	{
		{"01_headlines", "not_visible", "datasets"},
		{"01_headlines_unseen", "", "datasets"},
		{"03_publishers", "All publishers", "not_visible"},
	},
	{{"06_movement", "any_status_change", "datasets"}, {"06_movement_statuses", "", "datasets"}},
	{{"06_movement", "any_status_change", "by_measurement"}, {"06_movement_statuses", "", "by_measurement"}},
	{{"06_movement", "new", "datasets"}, {"11_catalogue", "added", "datasets"}},
	{{"06_movement", "removed", "datasets"}, {"11_catalogue", "removed", "datasets"}},
	{{"05_broken", "", "client_days"}, {"05_broken_files", "", "client_days"}},
	{{"02_status", "all", "previous"}, {"11_catalogue", "opening", "datasets"}},
}

// agree says which totals differ between the sections, and which sums are not those of their parts. A report that
// contradicts itself is not written.
func (s *story) agree() error {
	var errs []error
	for _, same := range sameFigures {
		first := -1
		for i, f := range same {
			if s.results[f.table] == nil {
				continue // one publisher's report has not all tables
			}
			if first < 0 {
				first = i
				continue
			}
			if got, want := s.figure(f), s.figure(same[first]); got != want {
				errs = append(errs, fmt.Errorf("report: %s says %d and %s says %d", same[first], want, f, got))
			}
		}
	}
	if r := s.results["04_review"]; r != nil {
		if low := s.figure(figure{"02_status", "low", "datasets"}); int64(len(r.rows)) != low {
			errs = append(errs, fmt.Errorf("report: the review list has %d datasets, and %d are unused or barely used", len(r.rows), low))
		}
	}
	return errors.Join(append(errs, s.changesAddUp("02_status", "previous"), s.changesAddUp("02_status_year", "year_ago"))...)
}

// changesAddUp says if a change of statuses is not the difference from the column before, or not the sum of its parts.
func (s *story) changesAddUp(table, before string) error {
	r := s.results[table]
	for n := range r.rows {
		if r.value(n, before) == nil {
			continue
		}
		whole := r.count(n, "change")
		parts := r.count(n, "by_use") + r.count(n, "by_measurement") + r.count(n, "by_catalogue")
		if whole != r.count(n, "datasets")-r.count(n, before) || whole != parts {
			return fmt.Errorf("report: the change of %q in %s is %d, and its parts are %d in all", r.text(n, "status"), table, whole, parts)
		}
	}
	return nil
}

func (s *story) figure(f figure) int64 {
	r := s.results[f.table]
	if f.key != "" {
		if n := r.row(f.key); n >= 0 {
			return r.count(n, f.column)
		}
		return 0
	}
	var sum int64
	for n := range r.rows {
		sum += r.count(n, f.column)
	}
	return sum
}

func (f figure) String() string {
	if f.key == "" {
		return f.table + " in all"
	}
	return f.table + " of " + f.key
}
