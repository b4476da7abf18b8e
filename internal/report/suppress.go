package report

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// breakdown is a `confidential:` line of a file of sql/report. It says that a column counts clients by a property of
// theirs: from which site they came, whether they are machines.
//
// The public edition keeps such a count to itself, as [c], if it is under 5; a 0 tells of nobody and stays. What a
// total would give away is kept as well: another part of the same whole, so that a reader who knows the whole, all
// parts that are shown, and which of the others are under 5, still cannot tell any of them.
type breakdown struct {
	// columns are the one that counts and those that would tell it, and are kept with it, such as a share.
	columns []string
	// partOf is a column of the same row that holds the whole; empty: none does.
	partOf string
	// addUp: the rows are parts of one whole, which counts as known: readers may find it elsewhere. With table, rows
	// alike in by are parts of that table's row which is alike in by too, in the column of the same name.
	addUp     bool
	table, by string
}

// fewest is the smallest count of clients that the public edition shows, other than 0.
const fewest = 5

var breakdownLine = regexp.MustCompile(`^([a-z0-9_, ]+?)(?:: part of ([a-z0-9_]+))?(?:: (rows add up)(?: to ([a-z0-9_]+) by ([a-z0-9_]+))?)?$`)

// parseBreakdown reads what follows `confidential: `, as in `page_visits, visit_share: rows add up`.
func parseBreakdown(text string) (breakdown, error) {
	m := breakdownLine.FindStringSubmatch(text)
	if m == nil {
		return breakdown{}, errors.New("write it as `column, columns that tell it: part of column: rows add up to table by column`, " +
			"where both conditions may be left out")
	}
	return breakdown{
		columns: strings.Split(m[1], ", "), partOf: m[2], addUp: m[3] != "", table: m[4], by: m[5],
	}, nil
}

// keepBack takes what is confidential out of what was read.
//
// One publisher's report has no breakdown at all: from those of all publishers, and the portal's, readers could work
// out what each of them keeps back.
func (s *story) keepBack(isPublishers bool) error {
	if !isPublishers {
		return keepBack(s.results)
	}
	for name, r := range s.results {
		if len(r.spec.breakdowns) == 0 {
			continue
		}
		again, err := r.withoutBreakdowns()
		if err != nil {
			return err
		}
		s.results[name] = again
		if !again.hasFigures() {
			delete(s.results, name)
			s.order = slices.DeleteFunc(s.order, func(other string) bool { return other == name })
		}
	}
	return nil
}

// hasFigures says whether a table has more than texts.
func (r *result) hasFigures() bool {
	return slices.ContainsFunc(r.table.Columns, func(c Column) bool { return c.Kind != Text && c.Kind != Link })
}

// withoutBreakdowns is r without the columns that break counts down.
func (r *result) withoutBreakdowns() (*result, error) {
	var all []string
	for _, b := range r.spec.breakdowns {
		all = append(all, b.columns...)
	}
	s := r.spec
	s.breakdowns = nil
	s.columns = slices.DeleteFunc(slices.Clone(s.columns), func(c Column) bool { return slices.Contains(all, c.Name) })
	for _, row := range r.rows {
		for _, column := range all {
			row[r.index[column]] = nil
		}
	}
	return newResult(s, r.columns, r.rows, r.titles)
}

// keepBack hides the small counts of the results, and as many others as protect them.
func keepBack(results map[string]*result) error {
	d := disclosure{cells: map[cellID]*part{}, isOut: map[*breakdown]bool{}}
	names := slices.Sorted(maps.Keys(results))
	for _, name := range names {
		if err := d.addParts(results[name]); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := d.addWholes(results, results[name]); err != nil {
			return err
		}
	}
	if known := d.protectAll(); known != nil {
		return fmt.Errorf("sql/report/%s.sql: row %d has a small count of clients that nothing in the public edition can hide: "+
			"let its rows be all parts of their whole, also those that are 0", known.table, known.row+1)
	}
	return hide(results, d.parts)
}

// hide takes the values of hidden parts, and of what tells them, out of the results. A row goes behind those without
// such a value, in the order of its key, if its place may come from the size of it, and so would tell of it.
func hide(results map[string]*result, parts []*part) error {
	hidden := map[string]map[int]bool{}
	for _, p := range parts {
		if !p.isHidden || p.isOf == nil {
			continue
		}
		r := results[p.table]
		for _, column := range p.isOf.columns {
			mark := r.column(column + "_mark")
			r.rows[p.row][r.index[column]], r.rows[p.row][mark] = nil, confidential
		}
		if hidden[p.table] == nil {
			hidden[p.table] = map[int]bool{}
		}
		hidden[p.table][p.row] = hidden[p.table][p.row] || p.isOf.partOf == ""
	}
	for name, rows := range hidden {
		r := results[name]
		var shown, last [][]any
		for n, row := range r.rows {
			if rows[n] {
				last = append(last, row)
			} else {
				shown = append(shown, row)
			}
		}
		slices.SortStableFunc(last, func(a, b []any) int {
			return strings.Compare(r.keyOf(a), r.keyOf(b))
		})
		again, err := newResult(r.spec, r.columns, append(shown, last...), r.titles)
		if err != nil {
			return err
		}
		*r = *again
	}
	return nil
}

// column is the number of a column of the select, which is added if there is none.
func (r *result) column(name string) int {
	if i, ok := r.index[name]; ok {
		return i
	}
	r.index[name] = len(r.columns)
	r.columns = append(r.columns, name)
	for n := range r.rows {
		r.rows[n] = append(r.rows[n], nil)
	}
	return r.index[name]
}

// keyOf is the key of a row, as text.
func (r *result) keyOf(row []any) string {
	var key []string
	for _, column := range r.spec.columns[:r.spec.key] {
		key = append(key, fmt.Sprint(row[r.index[column.Name]]))
	}
	return strings.Join(key, "\x00")
}
