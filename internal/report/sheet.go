package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// sheet is one sheet of a spreadsheet, in any format: lines in column A, then at most one table, nothing beside
// or below it. So the Analysis Function's guidance on spreadsheets has it, which stands behind what follows too:
// no empty or merged cell, no blank row, unique headings, links with a text of their own.
type sheet struct {
	name  string
	lines []sheetCell // texts; the first is the sheet's title
	// table names the range of the table; empty: the sheet has lines alone.
	table   string
	columns []sheetColumn
	rows    [][]sheetCell
}

type sheetColumn struct {
	title string
	kind  Kind
	width int // in characters
}

// sheetCell has a string, an int64, a float64 or a time.Time, never nothing.
type sheetCell struct {
	value any
	link  string // a URL, or # and the name of a sheet; empty: none
}

const contentsSheet = "Table_of_contents"

// sheets are the sheets of the report's spreadsheet: cover, contents, what the reader needs, the tables.
func sheets(r *Report) []sheet {
	all := []sheet{coverSheet(r), {name: contentsSheet}}
	for _, s := range []sheet{
		textSheet("Notes", "Notes", "One row for each note that the worksheets refer to.", noteRows(r.Notes), "Note", "About", "Text"),
		textSheet("Shorthand", "Shorthand marks", "One row for each mark that stands in cells or beside them.", termRows(r.Marks), "Mark", "Meaning"),
		textSheet("Glossary", "Glossary", "One row for each word that has a meaning of its own here.", termRows(r.Glossary), "Word", "Meaning"),
	} {
		if len(s.rows) > 0 {
			all = append(all, s)
		}
	}
	if len(r.Revisions) > 0 {
		all = append(all, tableSheet(revisionsTable(r.Revisions)))
	}
	for _, t := range r.tables() {
		all = append(all, tableSheet(t))
	}
	all[1] = contents(all[2:])
	return all
}

func coverSheet(r *Report) sheet {
	s := sheet{name: "Cover_sheet"}
	add := func(texts ...string) {
		for _, text := range texts {
			if text = clean(text); text != "" {
				s.lines = append(s.lines, sheetCell{value: text})
			}
		}
	}
	add(r.Title)
	if r.Publisher != "" {
		add("Publisher: " + r.Publisher)
	}
	add(fmt.Sprintf("Period: %s, %s to %s", r.Quarter, longDate(r.QuarterStart), longDate(r.QuarterEnd)))
	if r.Portal != "" {
		add("Portal: " + r.Portal)
	}
	add("Edition: " + r.Edition)
	if r.IsProvisional {
		add("The figures are provisional.")
		add(r.ProvisionalWhy...)
	}
	add("This is management information.",
		"Each worksheet has one table. The tables are also in the folder tables, as CSV.")
	if r.Contact != "" {
		add("Contact: " + r.Contact)
	}
	if r.Licence != "" {
		s.lines = append(s.lines, sheetCell{"Licence of the tables", r.Licence})
	}
	s.lines = append(s.lines, sheetCell{"Table of contents", "#" + contentsSheet})
	return s
}

func contents(others []sheet) sheet {
	s := textSheet(contentsSheet, "Table of contents", "One row for each worksheet that follows.", nil, "Worksheet", "Title")
	for _, other := range others {
		s.rows = append(s.rows, []sheetCell{{value: other.name}, {other.lines[0].value, "#" + other.name}})
	}
	s.setWidths()
	return s
}

// textSheet has a table of texts.
func textSheet(name, title, description string, rows [][]sheetCell, columns ...string) sheet {
	s := sheet{
		name:  name,
		lines: []sheetCell{{value: title}, {value: "This worksheet has one table. " + description}},
		table: "table_" + strings.ToLower(name),
		rows:  rows,
	}
	for _, column := range columns {
		s.columns = append(s.columns, sheetColumn{title: column, kind: Text})
	}
	s.setWidths()
	return s
}

func noteRows(notes []Note) [][]sheetCell {
	var rows [][]sheetCell
	for i, note := range notes {
		rows = append(rows, []sheetCell{
			{value: fmt.Sprintf("[note %d]", i+1)}, {value: shown(note.Title)}, {value: shown(note.Text)},
		})
	}
	return rows
}

func termRows(terms []Term) [][]sheetCell {
	var rows [][]sheetCell
	for _, term := range terms {
		rows = append(rows, []sheetCell{{value: shown(term.Word)}, {value: shown(term.Meaning)}})
	}
	return rows
}

// tableSheet is the sheet of a table. Numbers stay numbers, so marks of a cell that has a value stand in a last column.
func tableSheet(t Table) sheet {
	s := sheet{
		name:  t.Name,
		lines: []sheetCell{{value: clean(t.Title)}, {value: clean("This worksheet has one table. " + t.Description)}},
		table: "table_" + t.Name,
	}
	hasNotes, hasMarks := strings.Contains(t.Title+t.Description, "[note"), false
	for _, column := range t.Columns {
		hasNotes = hasNotes || strings.Contains(column.Title, "[note")
		s.columns = append(s.columns, sheetColumn{title: clean(column.heading()), kind: column.Kind})
	}
	for _, row := range t.Rows {
		hasMarks = hasMarks || t.marks(row) != ""
	}
	for _, row := range t.Rows {
		cells := make([]sheetCell, 0, len(row)+1)
		for c, cell := range row {
			cells = append(cells, newSheetCell(&t.Columns[c], cell))
		}
		if hasMarks {
			marks := t.marks(row)
			if marks == "" {
				marks = "none"
			}
			cells = append(cells, sheetCell{value: marks})
		}
		s.rows = append(s.rows, cells)
	}
	if hasMarks {
		s.columns = append(s.columns, sheetColumn{title: "Marks", kind: Text})
		s.lines = append(s.lines, sheetCell{"Cells have shorthand marks. They are explained in the worksheet Shorthand.", "#Shorthand"})
	}
	if hasNotes {
		s.lines = append(s.lines, sheetCell{"The table refers to notes. They are in the worksheet Notes.", "#Notes"})
	}
	if len(t.Rows) == 0 {
		s.lines = append(s.lines, sheetCell{value: "The table has no rows: there is nothing of its kind in this quarter."})
	}
	s.lines = append(s.lines, sheetCell{"Back to the table of contents", "#" + contentsSheet})
	s.setWidths()
	return s
}

// newSheetCell is a cell as a sheet shows it: [x] for an empty text, the marks for a cell without a value.
func newSheetCell(column *Column, cell Cell) sheetCell {
	link := ""
	if isSafeLink(cell.Link) {
		link = cell.Link
	}
	switch v := cell.Value.(type) {
	case nil:
		return sheetCell{value: strings.Join(cell.Marks, " ")}
	case bool:
		if v {
			return sheetCell{"Yes", link}
		}
		return sheetCell{"No", link}
	case string:
		if column.Kind == Link && link == "" && isSafeLink(v) {
			link = v
		}
		return sheetCell{shown(v), link}
	}
	return sheetCell{cell.Value, link}
}

// shown is a text that is never nothing.
func shown(s string) string {
	if s = clean(s); s != "" {
		return s
	}
	return "[x]"
}

// isSafeLink keeps addresses that a click should not follow, as javascript:, out of the files: links come from the
// catalogue.
func isSafeLink(url string) bool {
	if clean(url) != url || strings.Contains(url, " ") {
		return false
	}
	return slices.ContainsFunc([]string{"https://", "http://", "mailto:"}, func(scheme string) bool {
		return strings.HasPrefix(strings.ToLower(url), scheme)
	})
}

// setWidths makes each column as wide as its texts need, within bounds; longer ones wrap.
func (s *sheet) setWidths() {
	const narrowest, widest = 12, 60
	for c := range s.columns {
		width := narrowest
		for word := range strings.FieldsSeq(s.columns[c].title) {
			width = max(width, utf8.RuneCountInString(word)+2)
		}
		for _, row := range s.rows {
			width = max(width, utf8.RuneCountInString(display(row[c].value, s.columns[c].kind))+2)
		}
		s.columns[c].width = min(width, widest)
	}
}

// display is a value as a sheet prints it, near enough for its width.
func display(value any, kind Kind) string {
	switch v := value.(type) {
	case time.Time:
		return longDate(v)
	case float64:
		if kind == Share {
			return fmt.Sprintf("%.1f%%", 100*v)
		}
		return fmt.Sprintf("%.2f", v)
	case int64:
		return fmt.Sprintf("%d,,", v)
	}
	return fmt.Sprint(value)
}

func longDate(t time.Time) string { return t.Format("2 January 2006") }

// revisionsTable lists what changed since the report was recorded as final.
func revisionsTable(revisions []Revision) Table {
	t := Table{
		Name:        revisionsName,
		Title:       "Revisions",
		Description: "One row for each value that differs from the final report of the quarter.",
		Key:         4,
	}
	for _, column := range [][3]string{
		{"table_name", "Table", "Name of the table, as its file is called."},
		{"table_title", "Heading", "Heading of the table."},
		{"row_key", "Row", "The columns that name the row, with their values."},
		{"column_name", "Column", "Name of the column in the file."},
		{"column_title", "Heading of the column", "Heading of the column."},
		{"before", "Before", "The value in the final report."},
		{"after", "After", "The value now."},
	} {
		t.Columns = append(t.Columns, Column{Name: column[0], Title: column[1], Description: column[2], Kind: Text})
	}
	for _, v := range revisions {
		var row []Cell
		for _, text := range []string{v.Table, v.TableTitle, v.Row, v.Column, v.ColumnTitle, v.Before, v.After} {
			row = append(row, Cell{Value: text})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
