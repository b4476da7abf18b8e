package report

import (
	"slices"
	"strings"
)

// The shorthand marks of the government's guidance on spreadsheets, and what each means here.
const (
	breakInSeries = "[b]"
	confidential  = "[c]"
	provisional   = "[p]"
	revised       = "[r]"
	notAvailable  = "[x]"
	notApplicable = "[z]"
)

var markMeanings = []Term{
	{breakInSeries, "break in the series: a source was added or lost, or the rules of counting changed, so compare with care"},
	{confidential, "confidential: a small count of people, kept back"},
	{"[e]", "estimated: from counts that do not see all use"},
	{provisional, "provisional: more may be known later"},
	{revised, "revised: not as in the final report"},
	{"[u]", "low reliability: not all days were seen, or one client makes most of it"},
	{notAvailable, "not available: nothing is known of it"},
	{notApplicable, "not applicable: it has no meaning here"},
}

// mark gives the tables those marks that no SQL file knows of: breaks in series, and provisional figures.
func (s *story) mark(isProvisional bool) {
	broken := map[string]bool{}
	inYear := false
	for n := range s.breaks.rows {
		label := s.breaks.text(n, "quarter_label")
		broken[label] = true
		inYear = inYear || s.isInYear(label)
	}
	for name, isBroken := range map[string]bool{"02_status": broken[s.Quarter.Label], "02_status_year": inYear} {
		r := s.results[name]
		if r == nil {
			continue
		}
		for c, column := range r.table.Columns {
			switch {
			case column.Name == "datasets" && isProvisional:
				r.table.addMark(c, provisional)
			case isBroken && (column.Name == "change" || strings.HasPrefix(column.Name, "by_")):
				r.table.addMark(c, breakInSeries)
			}
		}
	}
	if r := s.results["02_status_quarters"]; r != nil {
		for n, row := range r.table.Rows {
			if label := r.text(n, "quarter"); broken[label] {
				row[0].Marks = append(row[0].Marks, breakInSeries)
			}
			if isProvisional && r.text(n, "quarter") == s.Quarter.Label {
				row[0].Marks = append(row[0].Marks, provisional)
			}
		}
	}
	if r := s.results["01_headlines"]; r != nil && isProvisional {
		r.table.addMark(1, provisional)
	}
}

// isInYear says whether the quarter with this label ends after the same quarter of the year before, up to this one.
func (s *story) isInYear(label string) bool {
	r := s.results["02_status_quarters"]
	if r == nil {
		return false
	}
	place := slices.IndexFunc(r.rows, func(row []any) bool { return row[r.index["quarter"]] == label })
	return place >= 0 && len(r.rows)-place <= 4
}

// addMark marks all cells of a column that have a value.
func (t *Table) addMark(column int, mark string) {
	for _, row := range t.Rows {
		if row[column].Value != nil {
			row[column].Marks = append(row[column].Marks, mark)
		}
	}
}

// marksIn are the marks that any cell of the tables has.
func marksIn(tables ...Table) map[string]bool {
	used := map[string]bool{}
	for _, t := range tables {
		for _, row := range t.Rows {
			for _, cell := range row {
				for _, mark := range cell.Marks {
					used[mark] = true
				}
			}
		}
	}
	return used
}

// usedMarks are the marks that the tables of r and others use, with their meanings.
func usedMarks(r *Report, others ...Table) []Term {
	used := marksIn(append(r.tables(), others...)...)
	var terms []Term
	for _, term := range markMeanings {
		if used[term.Word] {
			terms = append(terms, term)
		}
	}
	return terms
}
