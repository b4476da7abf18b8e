package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	widest    = 60 // of a column of text, in characters
	narrowest = 14 // to which a terminal may press it
)

// tableSink lays out rows for people, and so holds all of them: its caller limits them.
type tableSink struct {
	w       io.Writer
	table   table.Writer
	render  func() string
	schema  *arrow.Schema
	width   int
	natural []int // width of each column's widest cell
}

func newTable(w io.Writer, schema *arrow.Schema, width int) (sink, error) {
	s := newGrid(w, schema, width)
	s.render = s.table.Render
	return s, nil
}

func newMarkdown(w io.Writer, schema *arrow.Schema, _ int) (sink, error) {
	s := newGrid(w, schema, 0)
	s.render = func() string { return s.table.RenderMarkdown() + "\n" } // else the count is a row
	return s, nil
}

func newGrid(w io.Writer, schema *arrow.Schema, width int) *tableSink {
	s := &tableSink{w: w, table: table.NewWriter(), schema: schema, width: width}
	header := make(table.Row, schema.NumFields())
	for i, field := range schema.Fields() {
		name := printable(field.Name)
		header[i] = name
		s.natural = append(s.natural, text.StringWidth(name))
	}
	s.table.AppendHeader(header)
	return s
}

func (s *tableSink) write(batch arrow.RecordBatch) error {
	for row := range int(batch.NumRows()) {
		cells := make(table.Row, batch.NumCols())
		for i, column := range batch.Columns() {
			cell := printable(string(appendText(nil, column, row)))
			cells[i] = cell
			s.natural[i] = max(s.natural[i], text.StringWidth(cell))
		}
		s.table.AppendRow(cells)
	}
	return nil
}

func (s *tableSink) end(rows int64, more bool) error {
	widths := fit(s.natural, s.schema, s.width)
	style := table.StyleLight
	style.Format.Header = text.FormatDefault
	columns := make([]table.ColumnConfig, len(widths))
	for i, width := range widths {
		columns[i] = table.ColumnConfig{
			Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft, AlignHeader: text.AlignLeft,
		}
		if isNumber(s.schema.Field(i).Type) {
			columns[i].Align, columns[i].AlignHeader = text.AlignRight, text.AlignRight
		}
		if width < s.natural[i] {
			style.Options.SeparateRows = true
		}
	}
	s.table.SetStyle(style)
	s.table.SetColumnConfigs(columns)
	count := countOf(rows, "row")
	if more {
		count = "first " + count
	}
	_, err := fmt.Fprintf(s.w, "%s\n%s\n", s.render(), count)
	return err
}

// fit gives each column its width: what it needs, texts at most widest, and the widest texts
// less until the whole fits into width (0: any). Numbers are never folded.
func fit(natural []int, schema *arrow.Schema, width int) []int {
	widths := slices.Clone(natural)
	total := 1
	for i := range widths {
		if !isNumber(schema.Field(i).Type) {
			widths[i] = min(widths[i], widest)
		}
		total += widths[i] + 3
	}
	for ; width > 0 && total > width; total-- {
		fold := -1
		for i := range widths {
			if !isNumber(schema.Field(i).Type) && widths[i] > narrowest &&
				(fold < 0 || widths[i] > widths[fold]) {
				fold = i
			}
		}
		if fold < 0 {
			break
		}
		widths[fold]--
	}
	return widths
}

// printable keeps a text on its line and its control characters away from the terminal: titles
// come from other people.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return '\uFFFD'
		}
		return r
	}, s)
}

// countOf says 1 row, 2 rows, 1,000 rows.
func countOf(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// grouped writes a count with commas between its thousands.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
