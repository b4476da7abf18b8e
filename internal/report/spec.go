package report

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// word is the kind of a column whose values are codes of ours, such as barely_used: people read what phrases has
// for them. The table's own column is one of Text.
const word Kind = "word"

// Whom a file of sql/report is for; without such a line, for the whole portal and each publisher.
const (
	forPortal    = "portal"    // the whole portal only
	forPublisher = "publisher" // a publisher only
	forReader    = "reader"    // no table: it tells the reader what to ask
)

// spec is what the header of a file of sql/report says: the heading of its table and of each column.
//
// The file's select may return columns that its header does not name: X_link is where the values of X lead, X_mark
// the marks of X, separated by blanks (where X is null and none is given, [x]), and _X is for the words only.
type spec struct {
	file        string // such as sql/report/02_status.sql
	name        string // such as 02_status
	text        string
	title       string
	description string
	key         int
	scope       string // one of those above, or empty
	columns     []Column
	latest      []string // columns of the select that tell of the last day of the published file; or all
	breakdowns  []breakdown
}

var columnLine = regexp.MustCompile(`^([a-z][a-z0-9_]*)  +(.+?)(?: \(([a-z]+)(?:, ([^()]+))?\))?: (.+)$`)

// parseSpec reads the header of the file called name, as in 02_status: a title, a blank, the description, a blank,
// `key: 1`, `for: portal`, `latest: all` or the columns that are (see [Column]) and `confidential: column` (see
// [breakdown]) where they apply, a blank, and a line for each column, which may go on indented:
//
//	-- uses  Uses (count, client-days): Client-days with a request.
func parseSpec(name, text string) (spec, error) {
	s := spec{file: "sql/report/" + name + ".sql", name: name, text: text}
	var lines []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "--")
		if !ok {
			break
		}
		if next, goesOn := strings.CutPrefix(comment, "     "); goesOn && len(lines) > 0 {
			lines[len(lines)-1] += " " + next
			continue
		}
		lines = append(lines, strings.TrimPrefix(comment, " "))
	}
	if len(lines) < 3 || lines[0] == "" || lines[1] != "" {
		return s, fmt.Errorf("%s: line 1: the header is a title, an empty line and what a row is", s.file)
	}
	s.title = lines[0]
	rest := lines[2:]
	for len(rest) > 0 && rest[0] != "" {
		s.description = strings.TrimSpace(s.description + " " + rest[0])
		rest = rest[1:]
	}
	for _, line := range rest {
		if err := s.readLine(line); err != nil {
			return s, fmt.Errorf("%s: %q: %w", s.file, line, err)
		}
	}
	if s.scope != forReader && len(s.columns) == 0 {
		return s, fmt.Errorf("%s: its header names no column", s.file)
	}
	for i := range s.columns {
		s.columns[i].IsLatest = s.isLatest(s.columns[i].Name)
	}
	return s, nil
}

// isLatest says whether a column of the select tells of the last day of the published file.
func (s *spec) isLatest(column string) bool {
	return slices.Contains(s.latest, "all") ||
		slices.Contains(s.latest, strings.TrimSuffix(strings.TrimSuffix(column, "_mark"), "_link"))
}

// input is the digest of what the select gave, without what may be another every day.
func (s *spec) input(columns []string, rows [][]any) Input {
	var kept []int
	var names []string
	for i, column := range columns {
		if !s.isLatest(column) {
			kept, names = append(kept, i), append(names, column)
		}
	}
	if len(kept) == 0 {
		rows = nil
	}
	lasting := make([][]any, 0, len(rows))
	for _, row := range rows {
		values := make([]any, 0, len(kept))
		for _, i := range kept {
			values = append(values, row[i])
		}
		lasting = append(lasting, values)
	}
	input := NewInput(s.file, s.text, names, lasting)
	input.IsOpen = s.scope == forReader
	return input
}

func (s *spec) readLine(line string) error {
	key, value, _ := strings.Cut(line, ": ")
	switch key {
	case "":
		return nil
	case "key":
		n, err := strconv.Atoi(value)
		s.key = n
		return err
	case "latest":
		s.latest = strings.Split(value, ", ")
		return nil
	case "confidential":
		b, err := parseBreakdown(value)
		s.breakdowns = append(s.breakdowns, b)
		return err
	case "for":
		s.scope = value
		if value != forPortal && value != forPublisher && value != forReader {
			return errors.New("write for: portal, publisher or reader")
		}
		return nil
	}
	m := columnLine.FindStringSubmatch(line)
	if m == nil {
		return errors.New("write a column as `name  Title (kind, unit): Description.`")
	}
	column := Column{Name: m[1], Title: m[2], Kind: Kind(m[3]), Unit: m[4], Description: m[5]}
	switch column.Kind {
	case "":
		column.Kind = Text
	case Text, Count, Number, Share, Date, Link, YesNo, word:
	default:
		return fmt.Errorf("%s is no kind of column", column.Kind)
	}
	s.columns = append(s.columns, column)
	return nil
}
