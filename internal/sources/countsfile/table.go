package countsfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"footfall/internal/traffic"
)

// A table is what a file holds: a header, its rows, and the lines above it.
type table struct {
	head   []string // lines above the header, such as comments
	header row
	rows   []row
}

// A row is a line of a file, or of a spreadsheet, counted from 1.
type row struct {
	line  int
	cells []string
}

// longestHead is how many lines a header is looked for in.
const longestHead = 500

// mostUnzipped bounds a spreadsheet, which is packed.
const mostUnzipped = 1 << 30

// readTable finds the table with the columns in a file. sheet is that of a spreadsheet; empty: the
// first one that has the table.
func readTable(text []byte, columns [][]string, sheet string) (*table, error) {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil, errors.New("the file is empty")
	case bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return readSpreadsheet(text, columns, sheet)
	case bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("the file is an old .xls: save it as .xlsx or as CSV")
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")):
		return nil, errors.New("the file is in UTF-16: save it as CSV in UTF-8")
	case !utf8.Valid(text):
		return nil, fmt.Errorf("line %d is not in UTF-8: save the file as CSV in UTF-8", lineOf(text))
	}
	return readCSV(bytes.TrimPrefix(text, []byte("\ufeff")), columns)
}

// lineOf is the line with the first byte that is no UTF-8.
func lineOf(text []byte) int {
	line := 1
	for one := range bytes.Lines(text) {
		if !utf8.Valid(one) {
			break
		}
		line++
	}
	return line
}

// readCSV reads a table whose cells are set apart by commas, semicolons or tabs: by what the header
// has.
func readCSV(text []byte, columns [][]string) (*table, error) {
	best := fit{lacks: columns[0]}
	t := &table{}
	offset, number := 0, 0
	for line := range bytes.Lines(text) {
		if number++; number > longestHead {
			break
		}
		for _, comma := range []rune{',', ';', '\t'} {
			r := csv.NewReader(bytes.NewReader(line))
			r.Comma = comma
			cells, err := r.Read()
			if err != nil {
				continue
			}
			found := fitOf(row{number, cells}, columns)
			if len(found.lacks) > 0 {
				best = best.better(found)
				continue
			}
			return t.readRows(text[offset:], found.row, comma)
		}
		t.head = append(t.head, strings.TrimSpace(string(line)))
		offset += len(line)
	}
	return nil, best.err()
}

// readRows reads what is below the header, which text begins with.
func (t *table) readRows(text []byte, header row, comma rune) (*table, error) {
	t.header = header
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, -1
	if _, err := r.Read(); err != nil {
		return nil, err
	}
	records, err := []row{}, error(nil)
	for {
		var cells []string
		cells, err = r.Read()
		if err != nil {
			break
		}
		line, _ := r.FieldPos(0)
		records = append(records, row{header.line - 1 + line, cells})
	}
	if parse, isParse := errors.AsType[*csv.ParseError](err); isParse {
		return nil, fmt.Errorf("line %d: %w (noticed on line %d, character %d)", header.line-1+parse.StartLine, parse.Err,
			header.line-1+parse.Line, parse.Column)
	}
	t.rows = records
	return t, nil
}

// readSpreadsheet reads the sheet with the table.
func readSpreadsheet(text []byte, columns [][]string, sheet string) (*table, error) {
	options := excelize.Options{RawCellValue: true, UnzipSizeLimit: mostUnzipped}
	book, err := excelize.OpenReader(bytes.NewReader(text), options)
	if err != nil {
		return nil, fmt.Errorf("the file is no .xlsx: save it as .xlsx or as CSV, and unpack it if it is a .zip: %w", err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if sheet != "" {
		if !slices.Contains(sheets, sheet) {
			return nil, fmt.Errorf("there is no sheet %q, only %s: correct sheet", sheet, strings.Join(sheets, ", "))
		}
		sheets = []string{sheet}
	}
	best := fit{lacks: columns[0]}
	for _, name := range sheets {
		t, closest, err := readSheet(book, name, columns)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
		if t.header.line > 0 {
			return t, nil
		}
		best = best.better(closest)
	}
	return nil, best.err()
}

// readSheet reads a sheet; without the table in it, it says which line was most like its header.
func readSheet(book *excelize.File, sheet string, columns [][]string) (t *table, best fit, err error) {
	best = fit{lacks: columns[0]}
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, best, err
	}
	defer rows.Close()
	t = &table{}
	for number := 1; rows.Next() && (t.header.line > 0 || number <= longestHead); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, best, fmt.Errorf("line %d: %w", number, err)
		}
		one := row{number, cells}
		if t.header.line > 0 {
			t.rows = append(t.rows, one)
			continue
		}
		found := fitOf(one, columns)
		best = best.better(found)
		if len(found.lacks) == 0 {
			t.header = one
		} else {
			t.head = append(t.head, strings.Join(cells, " "))
		}
	}
	return t, best, rows.Error()
}

// A fit is how far a line is the header that is looked for.
type fit struct {
	row   row
	found int
	lacks []string // the first column that it lacks, by its possible names; empty: it has all
}

func fitOf(r row, columns [][]string) fit {
	f := fit{row: r}
	for _, names := range columns {
		if _, err := r.column(names); err == nil {
			f.found++
		} else if len(f.lacks) == 0 {
			f.lacks = names
		}
	}
	return f
}

func (f fit) better(other fit) fit {
	if other.found > f.found {
		return other
	}
	return f
}

// err says what is wrong with the line that is most like the header.
func (f fit) err() error {
	if f.found == 0 {
		return fmt.Errorf("no line has the column %s: it is another kind of file, or the columns have other names", either(f.lacks))
	}
	return fmt.Errorf("line %d: the header has no column %s, only %s", f.row.line, either(f.lacks), either(f.row.cells))
}

// either are names in quotes.
func either(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = quoted(name)
	}
	return strings.Join(all, " or ")
}

// quoted is a cell as an error may show it: its beginning, and nothing of what may tell of a person.
func quoted(cell string) string {
	words := strings.FieldsFunc(cell, func(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF.:", r) })
	isAddress := slices.ContainsFunc(words, func(word string) bool {
		_, is := traffic.ParseAddress([]byte(strings.Trim(word, ".")))
		return is
	})
	if isAddress || strings.Contains(cell, "@") {
		return "a text with an address in it"
	}
	if runes := []rune(cell); len(runes) > 60 {
		cell = string(runes[:60]) + "…"
	}
	return strconv.Quote(cell)
}

var (
	errNoColumn = errors.New("no such column")
	errTwice    = errors.New("it is there twice")
)

// column is where the first of the names is, counted from 0.
func (r row) column(names []string) (int, error) {
	for _, name := range names {
		at := -1
		for i, cell := range r.cells {
			switch isIt := strings.EqualFold(strings.TrimSpace(cell), name); {
			case isIt && at >= 0:
				return 0, errTwice
			case isIt:
				at = i
			}
		}
		if at >= 0 {
			return at, nil
		}
	}
	return 0, errNoColumn
}

// cell is the text of a column; empty beyond the row's end.
func (r row) cell(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[column])
}
