package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// pageTable is what table.html shows.
type pageTable struct {
	Name, Title, Description string
	Class                    string // table, or table wide
	Columns                  []pageColumn
	Rows                     [][]pageCell
	Shown                    string // that these are the first rows only; empty: all are there
	File, FileText           string // where all of it is; empty: nowhere else
	HasDescriptions          bool
}

type pageColumn struct{ Title, Description, Class string }

type pageCell struct {
	Text, Link, Class string
	Marks             []string
	IsHead            bool // the cell names its row
}

// Tables of more columns print across the page; texts of more characters get a wide column.
const (
	mostUprightColumns = 7
	longText           = 60
)

// newPageTable is a table with its first rows; 0: all.
func newPageTable(t Table, rows int) pageTable {
	shown := t.Rows
	table := pageTable{Name: t.Name, Title: t.Title, Description: t.Description, Class: "table"}
	switch {
	case len(t.Rows) == 0:
		table.Shown = "There is nothing of this kind in this quarter."
	case rows > 0 && len(t.Rows) > rows:
		shown = t.Rows[:rows]
		table.Shown = fmt.Sprintf("These are the first %s of %s rows.", thousands(int64(rows)), thousands(int64(len(t.Rows))))
	}
	if len(t.Columns) > mostUprightColumns {
		table.Class = "table wide"
	}
	for c, column := range t.Columns {
		title := column.Title
		if column.Unit != "" && !strings.Contains(title, column.Unit) {
			title += " (" + column.Unit + ")"
		}
		class := column.class()
		for _, row := range shown {
			if text, isText := row[c].Value.(string); isText && column.Kind == Text && len(text) > longText {
				class = "prose"
			}
		}
		table.Columns = append(table.Columns, pageColumn{title, column.Description, class})
		table.HasDescriptions = table.HasDescriptions || column.Description != ""
	}
	for _, row := range shown {
		cells := make([]pageCell, len(row))
		for c, cell := range row {
			cells[c] = newPageCell(&t, row, c, cell)
			cells[c].Class = table.Columns[c].Class
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

func (c *Column) class() string {
	switch c.Kind {
	case Count, Number, Share:
		return "number"
	case Date:
		return "date"
	}
	return ""
}

// newPageCell is a cell as people read it. A cell without a value is its marks.
func newPageCell(t *Table, row []Cell, c int, cell Cell) pageCell {
	shown := pageCell{Marks: cell.Marks, IsHead: c < t.Key}
	if isSafeLink(cell.Link) || strings.HasPrefix(cell.Link, publisherFolder+"/") {
		shown.Link = cell.Link
	}
	switch v := cell.Value.(type) {
	case nil:
	case bool:
		shown.Text = map[bool]string{true: "Yes", false: "No"}[v]
	case time.Time:
		shown.Text = longDate(v)
	case int64:
		shown.Text = thousands(v)
	case float64:
		shown.Text = number(v)
		if t.Columns[c].Kind == Share {
			shown.Text = share(v)
		}
	case string:
		shown.Text = clean(v)
		if t.Columns[c].Kind == Link && isSafeLink(v) {
			// Read alone, a link has to say where it goes.
			shown.Text, shown.Link = t.Columns[c].Title, v
			if t.Key > 0 {
				shown.Text += " of " + clean(plain(row[t.Key-1]))
			}
		}
	}
	if shown.Text == "" && len(shown.Marks) == 0 {
		shown.Marks = []string{"[x]"}
	}
	return shown
}

// share is a share of 0 to 1 as people say it. One that is neither nothing nor all is not written as either.
func share(v float64) string {
	switch {
	case v == 0:
		return "0%"
	case v == 1:
		return "100%"
	case v < 0.001:
		return "under 0.1%"
	case v > 0.999:
		return "over 99.9%"
	}
	return strconv.FormatFloat(100*v, 'f', 1, 64) + "%"
}

// number is a number with as many decimals as tell something: one from 10 up, two below.
func number(v float64) string {
	decimals := 2
	if v >= 10 || v <= -10 {
		decimals = 1
	}
	text := strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', decimals, 64), "0"), ".")
	whole, part, hasPart := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n == 0 {
		return text
	}
	if hasPart {
		return thousands(n) + "." + part
	}
	return thousands(n)
}
