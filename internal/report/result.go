package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// result is what a file of sql/report gave: its values as they came, and the table that is made of them.
type result struct {
	spec    spec
	columns []string
	index   map[string]int // of each column of the select
	rows    [][]any
	titles  map[string]bool // that several datasets have
	table   Table
}

// newResult makes the table of the rows. A row is as long as columns; titles are those that several datasets have.
func newResult(s spec, columns []string, rows [][]any, titles map[string]bool) (*result, error) {
	r := &result{spec: s, columns: columns, index: map[string]int{}, rows: rows, titles: titles}
	for i, column := range columns {
		r.index[column] = i
	}
	r.table = Table{Name: s.name, Title: s.title, Description: s.description, Key: s.key}
	for _, column := range s.columns {
		if _, ok := r.index[column.Name]; !ok {
			return nil, fmt.Errorf("%s: its header has a column %s and its select has not", s.file, column.Name)
		}
		if column.Kind == word {
			column.Kind = Text
		}
		r.table.Columns = append(r.table.Columns, column)
	}
	for n := range rows {
		var cells []Cell
		for _, column := range s.columns {
			cells = append(cells, r.cell(n, column))
		}
		r.table.Rows = append(r.table.Rows, cells)
	}
	r.distinguish()
	return r, nil
}

// only is the result with those rows that have value in column.
func (r *result) only(column, value string) (*result, error) {
	var rows [][]any
	for n, row := range r.rows {
		if r.text(n, column) == value {
			rows = append(rows, row)
		}
	}
	return newResult(r.spec, r.columns, rows, r.titles)
}

// cell is row n's value of a column with its link and marks.
func (r *result) cell(n int, column Column) Cell {
	value := r.value(n, column.Name)
	cell := Cell{Value: value}
	cell.Link, _ = r.value(n, column.Name+"_link").(string)
	if marks, ok := r.value(n, column.Name+"_mark").(string); ok {
		for mark := range strings.FieldsSeq(marks) {
			// What is not there, or does not apply, has no value.
			if value == nil || mark != notAvailable && mark != notApplicable {
				cell.Marks = append(cell.Marks, mark)
			}
		}
	}
	if value == nil && len(cell.Marks) == 0 {
		cell.Marks = []string{notAvailable}
	}
	if column.Kind == word && value != nil {
		cell.Value = phraseOf(value)
	}
	if n, ok := value.(int64); ok && (column.Kind == Number || column.Kind == Share) {
		cell.Value = float64(n)
	}
	return cell
}

// value is what row n has in a column, nil for null or where the select has no such column.
func (r *result) value(n int, column string) any {
	i, ok := r.index[column]
	if !ok {
		return nil
	}
	return r.rows[n][i]
}

// text is value as a text.
func (r *result) text(n int, column string) string {
	text, _ := r.value(n, column).(string)
	return text
}

// count is value as a whole number, 0 for null.
func (r *result) count(n int, column string) int64 {
	count, _ := r.value(n, column).(int64)
	return count
}

// yes is value as a yes or no, no for null.
func (r *result) yes(n int, column string) bool {
	yes, _ := r.value(n, column).(bool)
	return yes
}

// day is value as a date, a UTC date.
func (r *result) day(n int, column string) time.Time {
	day, _ := r.value(n, column).(time.Time)
	return day
}

// row is the number of the row whose first column is the code key, -1 without one.
func (r *result) row(key string) int {
	first := r.spec.columns[0].Name
	return slices.IndexFunc(r.rows, func(row []any) bool { return row[r.index[first]] == key })
}

// distinguish gives datasets whose title others have their name too, and rows that share a key all the same a number.
func (r *result) distinguish() {
	dataset := slices.IndexFunc(r.table.Columns, func(column Column) bool { return column.Name == "dataset" })
	for n, row := range r.table.Rows {
		name := r.text(n, "_name")
		if dataset < 0 || name == "" {
			break
		}
		if title, _ := row[dataset].Value.(string); r.titles[title] {
			row[dataset].Value = title + " (" + name + ")"
		}
	}
	last := r.table.Key - 1
	if last < 0 || r.table.Columns[last].Kind != Text {
		return
	}
	seen := map[string]int{}
	for _, row := range r.table.Rows {
		key := r.table.rowKey(row)
		seen[key]++
		if seen[key] > 1 && row[last].Value != nil {
			row[last].Value = fmt.Sprintf("%v (%d)", row[last].Value, seen[key])
		}
	}
}
