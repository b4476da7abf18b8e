package report

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
)

// tableName is what a file, a sheet and a named range of a spreadsheet may all be called: NN_title.
var tableName = regexp.MustCompile(`^[0-9]{2}_[a-z0-9_]{1,28}$`)

var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// marksColumn is the column that every written table has after its own: which cells of the row have marks.
const marksColumn = "marks"

// valid says what in r breaks the promises of its types, which would show in one form and not in another.
func (r *Report) valid() error {
	var errs []error
	names := map[string]bool{}
	for _, t := range r.tables() {
		if !tableName.MatchString(t.Name) || names[t.Name] {
			errs = append(errs, fmt.Errorf("report: %q is no name for a table, or taken: write it as 02_status, "+
				"in up to 31 small letters, digits and _", t.Name))
		}
		names[t.Name] = true
		errs = append(errs, t.valid())
	}
	for _, section := range r.Sections {
		for _, chart := range section.Charts {
			if !names[chart.Table] {
				errs = append(errs, fmt.Errorf("report: chart %s draws table %q, which the report has not",
					chart.Name, chart.Table))
			}
		}
	}
	for _, p := range r.Publishers {
		if p.Name == "" || strings.ContainsAny(p.Name, `/\:`) || strings.HasPrefix(p.Name, ".") {
			errs = append(errs, fmt.Errorf("report: publisher %q has a name that cannot be a file's", p.Name))
		}
		if err := errors.Join(p.Datasets.valid(), p.Report.valid()); err != nil {
			errs = append(errs, fmt.Errorf("publisher %s: %w", p.Name, err))
		}
	}
	return errors.Join(errs...)
}

// tables are all tables of the sections, in order.
func (r *Report) tables() []Table {
	var all []Table
	for _, section := range r.Sections {
		all = append(all, section.Tables...)
	}
	return all
}

func (t *Table) valid() error {
	var titles, names []string
	for _, column := range t.Columns {
		switch {
		case !columnName.MatchString(column.Name) || column.Name == marksColumn || slices.Contains(names, column.Name):
			return fmt.Errorf("report: table %s: %q is no name for a column, or taken", t.Name, column.Name)
		case column.Title == "" || slices.Contains(titles, column.Title):
			return fmt.Errorf("report: table %s, column %s: the title %q is empty or another's",
				t.Name, column.Name, column.Title)
		}
		names, titles = append(names, column.Name), append(titles, column.Title)
	}
	if t.Key > len(t.Columns) {
		return fmt.Errorf("report: table %s has a key of %d columns and %d columns", t.Name, t.Key, len(t.Columns))
	}
	keys := map[string]bool{}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("report: table %s, row %d has %d cells for %d columns", t.Name, i+1, len(row), len(t.Columns))
		}
		for c, cell := range row {
			if err := t.Columns[c].holds(cell); err != nil {
				return fmt.Errorf("report: table %s, row %d, column %s: %w", t.Name, i+1, t.Columns[c].Name, err)
			}
		}
		if t.Key == 0 {
			continue
		}
		key := t.rowKey(row)
		if keys[key] {
			return fmt.Errorf("report: table %s has two rows for %s", t.Name, key)
		}
		keys[key] = true
	}
	return nil
}

// holds says why the column cannot hold the cell.
func (c *Column) holds(cell Cell) error {
	if cell.Value == nil {
		if len(cell.Marks) == 0 {
			return errors.New("no value, and no mark that says why")
		}
		return nil
	}
	ok := false
	switch v := cell.Value.(type) {
	case string:
		ok = c.Kind == Text || c.Kind == Link
	case int64:
		ok = c.Kind == Count
	case float64:
		ok = (c.Kind == Number || c.Kind == Share && v >= 0 && v <= 1) && !math.IsNaN(v) && !math.IsInf(v, 0)
	case bool:
		ok = c.Kind == YesNo
	case time.Time:
		ok = c.Kind == Date
	}
	if !ok {
		return fmt.Errorf("%v (%T) is no value of a column of kind %s", cell.Value, cell.Value, c.Kind)
	}
	return nil
}

// rowKey names a row of the table for people, by its first Key columns.
func (t *Table) rowKey(row []Cell) string {
	var parts []string
	for c := range t.Key {
		parts = append(parts, t.Columns[c].Name+" "+plain(row[c]))
	}
	return strings.Join(parts, ", ")
}
