package report

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// pageTable is what table.html shows.
type pageTable struct {
	Name, Title, Description string
	Class                    string // for the styles
	Columns                  []pageColumn
	Rows                     [][]pageCell
	IsCut                    bool   // these are the first rows only
	IsFolded                 bool   // it is shown when asked for
	AllRows                  int    // how many there are
	Marks                    string // those of its cells, with what they mean
	File, FileText           string // where all of it is; empty: nowhere else
	HasDescriptions          bool
}

type pageColumn struct{ Title, Description, Class string }

type pageCell struct {
	Text, Of, Link, Class string // Of says to those who hear the text alone what it is about
	Marks                 []string
	IsHead                bool // the cell names its row
}

// Tables of more columns have smaller letters, and are printed across the page if they have prose. Texts of more
// characters get a wider column.
const (
	mostColumns  = 7
	phraseLength = 20
	proseLength  = 60
)

// newPageTable is a table with its first rows, at most so many.
func newPageTable(t Table, most int) pageTable {
	shown := t.Rows[:min(most, len(t.Rows))]
	table := pageTable{
		Name: t.Name, Title: t.Title, Description: t.Description, Class: "table",
		IsCut: len(shown) < len(t.Rows), AllRows: len(t.Rows),
	}
	var columns []int
	for c := range t.Columns {
		if !t.isLinkedElsewhere(c) {
			columns = append(columns, c)
		}
	}
	for _, c := range columns {
		column := t.Columns[c]
		longest := 0
		for _, row := range shown {
			text, _ := row[c].Value.(string)
			longest = max(longest, len(text))
		}
		table.Columns = append(table.Columns, pageColumn{column.heading(), column.Description, column.class(longest)})
		table.HasDescriptions = table.HasDescriptions || column.Description != ""
	}
	if len(columns) > mostColumns {
		table.Class += " wide"
		if slices.ContainsFunc(table.Columns, func(c pageColumn) bool { return c.Class == "prose" }) {
			table.Class += " broad"
		}
	}
	if len(shown) <= reportRows/3 {
		table.Class += " short"
	}
	for _, row := range shown {
		cells := make([]pageCell, 0, len(columns))
		for i, c := range columns {
			cell := newPageCell(&t, row, c)
			cell.Class = table.Columns[i].Class
			cells = append(cells, cell)
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}

// isLinkedElsewhere says whether another cell of each row leads where the column's links lead: a page needs it once.
func (t *Table) isLinkedElsewhere(column int) bool {
	if t.Columns[column].Kind != Link || len(t.Rows) == 0 {
		return false
	}
	for _, row := range t.Rows {
		url, _ := row[column].Value.(string)
		if !slices.ContainsFunc(row, func(c Cell) bool { return c.Link == url }) {
			return false
		}
	}
	return true
}

// heading is the column's title with its unit, unless the title says it.
func (c *Column) heading() string {
	if c.Unit == "" || strings.Contains(strings.ToLower(c.Title), strings.ToLower(c.Unit)) {
		return c.Title
	}
	return c.Title + " (" + c.Unit + ")"
}

// class tells the styles what a column has, whose longest text is so long.
func (c *Column) class(longest int) string {
	switch {
	case c.Kind.isNumeric():
		return "number"
	case c.Kind == Date:
		return "date"
	case c.Kind == Text && longest > proseLength:
		return "prose"
	case c.Kind == Text && longest > phraseLength:
		return "phrase"
	}
	return ""
}

// newPageCell is a cell of a row as people read it. One without a value is its marks.
func newPageCell(t *Table, row []Cell, c int) pageCell {
	cell := row[c]
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
			shown.Text, shown.Link = t.Columns[c].Title, v
			if t.Key > 0 {
				shown.Of = " of " + clean(plain(row[t.Key-1]))
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
	text := decimal(v, decimals)
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
