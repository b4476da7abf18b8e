package traffic

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A columnError says which column of a list's row is wrong.
type columnError struct {
	column string
	err    error
}

func (e *columnError) Error() string { return fmt.Sprintf("column %s: %v", e.column, e.err) }

func (e *columnError) Unwrap() error { return e.err }

func inColumn(column string, err error) error { return &columnError{column, err} }

// byteOrderMark is what Excel writes before a CSV.
const byteOrderMark = "\ufeff"

// readList calls each for every row of a CSV that begins with the header columns. Lines that
// begin with "#" are comments. Space around a value is dropped. Errors give name and line.
func readList(r io.Reader, name string, columns []string, each func(row []string) error) error {
	text := bufio.NewReader(r)
	if mark, err := text.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		_, _ = text.Discard(len(byteOrderMark))
	}
	reader := csv.NewReader(text)
	reader.Comment = '#'
	reader.FieldsPerRecord = -1
	wantHeader := strings.Join(columns, ",")
	for isHeader := true; ; isHeader = false {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			if isHeader {
				return fmt.Errorf("%s is empty; its first line must be %s", name, wantHeader)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := reader.FieldPos(0)
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if isHeader {
			if !slices.Equal(row, columns) {
				return fmt.Errorf("%s line %d: the header must be %s", name, line, wantHeader)
			}
			continue
		}
		if len(row) != len(columns) {
			return fmt.Errorf("%s line %d: %d columns, want the %d of %s", name, line, len(row), len(columns), wantHeader)
		}
		if err := each(row); err != nil {
			return fmt.Errorf("%s line %d, %w", name, line, err)
		}
	}
}
