package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Difference is one value, row, column or table of a report that is another in a second one.
type Difference struct {
	File   string // of the table, such as tables/02_status.csv
	Row    string // the columns that name the row, with their values; empty: all rows
	Column string // the column's name; empty: all columns
	// Before and After are the values, or the marks in their place; "there" and "not there" for a row, a column or a table.
	Before, After string

	row, column int // where it is in the second table's rows and columns; -1: nowhere
}

const (
	there    = "there"
	notThere = "not there"
)

// csvTable is a table as its CSV has it.
type csvTable struct {
	columns []string
	key     int // how many of the first columns name a row
	rows    [][]string
	marks   []map[string]string // of each row: the marks by their column
}

// readTable reads the CSV called name and its metadata.
func (f Files) readTable(name string) (*csvTable, error) {
	records, err := csv.NewReader(bytes.NewReader(f[name])).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(records) == 0 || records[0][len(records[0])-1] != marksColumn {
		return nil, fmt.Errorf("%s has no column %s, so it is no table of a report", name, marksColumn)
	}
	var metadata csvwTable
	if err := json.Unmarshal(f[name+metadataSuffix], &metadata); err != nil {
		return nil, fmt.Errorf("%s: %w", name+metadataSuffix, err)
	}
	last := len(records[0]) - 1
	t := &csvTable{columns: records[0][:last], key: min(len(metadata.Schema.PrimaryKey), last)}
	for _, record := range records[1:] {
		marks := map[string]string{}
		for part := range strings.SplitSeq(record[last], "; ") {
			column, text, _ := strings.Cut(part, " ")
			marks[column] = text
		}
		t.rows, t.marks = append(t.rows, record[:last]), append(t.marks, marks)
	}
	return t, nil
}

// rowNames are the rows' names for people: the columns of the key with their values; without a key, their place.
func (t *csvTable) rowNames() []string {
	names := make([]string, len(t.rows))
	for i, row := range t.rows {
		if t.key == 0 {
			names[i] = fmt.Sprintf("row %d", i+1)
			continue
		}
		var parts []string
		for c := range t.key {
			parts = append(parts, t.columns[c]+" "+row[c])
		}
		names[i] = strings.Join(parts, ", ")
	}
	return names
}

// value is what a reader sees in the cell: its value, or the marks that say why there is none; withMarks: both. Without
// them, the mark that a value was revised is none of it.
func (t *csvTable) value(row int, column string, withMarks bool) string {
	text, marks := t.rows[row][slices.Index(t.columns, column)], t.marks[row][column]
	switch {
	case withMarks:
		text += " " + marks
	case text == "":
		text = strings.ReplaceAll(marks, revised, "")
	}
	return strings.TrimSpace(text)
}

// compareTable lists how the table called file differs, in the order of the second one's rows, then what it lacks.
func compareTable(file string, before, after *csvTable, withMarks bool) []Difference {
	var all []Difference
	for c, column := range after.columns {
		if !slices.Contains(before.columns, column) {
			all = append(all, Difference{file, "", column, notThere, there, -1, c})
		}
	}
	for _, column := range before.columns {
		if !slices.Contains(after.columns, column) {
			all = append(all, Difference{file, "", column, there, notThere, -1, -1})
		}
	}
	was := map[string]int{}
	for i, name := range before.rowNames() {
		was[name] = i
	}
	for i, name := range after.rowNames() {
		old, ok := was[name]
		delete(was, name)
		if !ok {
			all = append(all, Difference{file, name, "", notThere, there, i, -1})
			continue
		}
		for c, column := range after.columns {
			if !slices.Contains(before.columns, column) {
				continue
			}
			if x, y := before.value(old, column, withMarks), after.value(i, column, withMarks); x != y {
				all = append(all, Difference{file, name, column, x, y, i, c})
			}
		}
	}
	for _, name := range before.rowNames() {
		if _, ok := was[name]; ok {
			all = append(all, Difference{file, name, "", there, notThere, -1, -1})
		}
	}
	return all
}

// compareTables lists how the tables of two reports differ, file by file. The list of revisions is no table of its own:
// it follows from the others.
func compareTables(before, after Files, withMarks bool) ([]Difference, error) {
	var all []Difference
	for _, file := range tableFiles(before, after) {
		switch {
		case after[file] == nil:
			all = append(all, Difference{file, "", "", there, notThere, -1, -1})
		case before[file] == nil:
			all = append(all, Difference{file, "", "", notThere, there, -1, -1})
		case !bytes.Equal(before[file], after[file]):
			x, errX := before.readTable(file)
			y, errY := after.readTable(file)
			if err := errors.Join(errX, errY); err != nil {
				return nil, err
			}
			all = append(all, compareTable(file, x, y, withMarks)...)
		}
	}
	return all, nil
}

// tableFiles are the names of the tables that either report has, in order.
func tableFiles(reports ...Files) []string {
	var names []string
	for _, files := range reports {
		for name := range files {
			if path.Ext(name) == ".csv" && path.Base(name) != revisionsName+".csv" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
