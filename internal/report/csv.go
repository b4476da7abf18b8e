package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// csvFile is the table as RFC 4180 has it: UTF-8, one header row, lines that end with CRLF.
//
// Values keep their type: a cell without a value is empty, and the last column, marks, says of which cells of the
// row which marks are true, as in `uses [p] [r]; referrers [c]`.
func csvFile(t Table) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	record := make([]string, 0, len(t.Columns)+1)
	for _, column := range t.Columns {
		record = append(record, column.Name)
	}
	if err := w.Write(append(record, marksColumn)); err != nil {
		return nil, fmt.Errorf("report: table %s: %w", t.Name, err)
	}
	for _, row := range t.Rows {
		record = record[:0]
		for c, cell := range row {
			text := plain(cell)
			if t.Columns[c].Kind == Text {
				text = harmless(text)
			}
			record = append(record, text)
		}
		if err := w.Write(append(record, t.marks(row))); err != nil {
			return nil, fmt.Errorf("report: table %s: %w", t.Name, err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// marks are the marks of a row's cells, with the names of their columns.
func (t *Table) marks(row []Cell) string {
	var parts []string
	for c, cell := range row {
		if len(cell.Marks) > 0 {
			parts = append(parts, t.Columns[c].Name+" "+strings.Join(cell.Marks, " "))
		}
	}
	return strings.Join(parts, "; ")
}

// plain is a cell's value as text: dates as 2026-07-01, numbers with a point and without an exponent, nothing
// for a cell without a value.
func plain(cell Cell) string {
	switch v := cell.Value.(type) {
	case nil:
		return ""
	case string:
		return clean(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return fmt.Sprint(cell.Value)
}

// clean leaves a text without what no file here may hold or show: bytes that are no UTF-8, control characters
// and line ends, which become spaces, and runs of spaces. Titles come from the catalogue, where anybody may have
// pasted them.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case r == '\uFFFE', r == '\uFFFF':
			return unicode.ReplacementChar
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// harmless keeps a spreadsheet that opens the CSV from taking a text for a formula: one that starts as formulas do
// gets an apostrophe before it.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}
