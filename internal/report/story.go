package report

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// Each section's words are one file, named like its SQL; notes and glossary have one each.
//
//go:embed words
var wordFiles embed.FS

// story is what the words are about: the quarter and all that was read. Words take figures from it, and add none up
// that a table does not show.
type story struct {
	Quarter   quarter
	IsPublic  bool
	Publisher string // title of the publisher; empty: the whole portal

	order        []string // names of the tables, in order
	results      map[string]*result
	breaks, gaps *result
}

// tell adds the sections, notes, glossary and marks to p.
func (s *story) tell(p *Report) error {
	if err := s.agree(); err != nil {
		return err
	}
	p.ProvisionalWhy = s.provisionalWhy()
	p.IsProvisional = len(p.ProvisionalWhy) > 0
	s.mark(p.IsProvisional)
	for _, name := range s.order {
		number, err := strconv.Atoi(name[:2])
		if err != nil {
			return fmt.Errorf("%s: its name does not begin with two digits", s.results[name].spec.file)
		}
		if n := len(p.Sections); n == 0 || p.Sections[n-1].Number != number {
			section, err := s.section(number, name[:2])
			if err != nil {
				return err
			}
			p.Sections = append(p.Sections, section)
		}
		last := &p.Sections[len(p.Sections)-1]
		last.Tables = append(last.Tables, s.results[name].table)
	}
	notes, err := s.terms("notes")
	if err != nil {
		return err
	}
	for _, note := range notes {
		p.Notes = append(p.Notes, Note{Title: note.Word, Text: note.Meaning})
	}
	if p.Glossary, err = s.terms("glossary"); err != nil {
		return err
	}
	p.Marks = usedMarks(p)
	return nil
}

// section is the section with this number without its tables; the number in two digits begins the name of its words.
func (s *story) section(number int, digits string) (Section, error) {
	section := Section{Number: number, Charts: s.charts(number)}
	files, err := fs.Glob(wordFiles, "words/"+digits+"_*.txt")
	if err != nil || len(files) != 1 {
		return section, fmt.Errorf("report: %d files of words begin with %s_: one has the words of section %d", len(files), digits, number)
	}
	section.Name = strings.TrimSuffix(path.Base(files[0]), ".txt")
	words, err := s.words(section.Name)
	if err != nil {
		return section, err
	}
	var parts [3]string
	for i, part := range []string{"title", "answer", "text"} {
		var b bytes.Buffer
		if err := words.ExecuteTemplate(&b, part, s); err != nil {
			return section, fmt.Errorf("report: words: %w", err)
		}
		parts[i] = b.String()
	}
	section.Title, section.Answer = oneLine(parts[0]), oneLine(parts[1])
	for paragraph := range strings.SplitSeq(parts[2], "\n\n") {
		if paragraph = oneLine(paragraph); paragraph != "" {
			section.Paragraphs = append(section.Paragraphs, paragraph)
		}
	}
	return section, nil
}

// words reads a file of words.
func (s *story) words(name string) (*template.Template, error) {
	file := name + ".txt"
	words, err := template.New(file).Option("missingkey=error").Funcs(template.FuncMap{
		"datasets": datasets, "number": thousands, "share": share, "long": longDate, "phrase": phraseOf,
		"howMany": howMany, "about": about, "was": was, "more": more, "minus": minus, "plural": numberOf, "upper": upperFirst,
		"times": times, "numberOrNone": numberOrNone,
	}).ParseFS(wordFiles, path.Join("words", file))
	if err != nil {
		return nil, fmt.Errorf("report: words: %w", err)
	}
	return words, nil
}

// terms reads a file of words that is a list: paragraphs that each begin with a word and a colon.
func (s *story) terms(name string) ([]Term, error) {
	words, err := s.words(name)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := words.Execute(&b, s); err != nil {
		return nil, fmt.Errorf("report: words: %w", err)
	}
	var terms []Term
	for paragraph := range strings.SplitSeq(b.String(), "\n\n") {
		if paragraph = oneLine(paragraph); paragraph == "" {
			continue
		}
		word, meaning, ok := strings.Cut(paragraph, ": ")
		if !ok {
			return nil, fmt.Errorf("report: words/%s.txt: %q is no word with a colon and its meaning", name, paragraph)
		}
		terms = append(terms, Term{word, meaning})
	}
	return terms, nil
}

func (s *story) table(name string) (*result, error) {
	if r := s.results[name]; r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("this report has no table %s", name)
}

// value is what the row with the code key of a table has in a column; nil where there is no such row.
func (s *story) value(table, key, column string) (any, error) {
	r, err := s.table(table)
	if err != nil {
		return nil, err
	}
	n := r.row(key)
	if n < 0 {
		return nil, nil
	}
	return r.value(n, column), nil
}

// Count is the whole number in the row with the code key of a table; 0 where there is no such row or it is null.
func (s *story) Count(table, key, column string) (int64, error) {
	value, err := s.value(table, key, column)
	count, _ := value.(int64)
	return count, err
}

// Rows are the rows of a table, at most so many; 0: all.
func (s *story) Rows(table string, most int) ([]map[string]any, error) {
	r, err := s.table(table)
	if err != nil {
		return nil, err
	}
	if most == 0 || most > len(r.rows) {
		most = len(r.rows)
	}
	rows := make([]map[string]any, most)
	for n := range rows {
		rows[n] = map[string]any{}
		for column := range r.index {
			rows[n][column] = r.value(n, column)
		}
	}
	return rows, nil
}

// RowsWith are the first rows of a table, at most so many, that have something in column, as With counts them.
func (s *story) RowsWith(table, column string, most int) ([]map[string]any, error) {
	rows, err := s.Rows(table, 0)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(row map[string]any) bool { return !isSomething(row[column]) })
	return rows[:min(most, len(rows))], nil
}

// KeepsBack says whether any value of a table is confidential.
func (s *story) KeepsBack(table string) (bool, error) {
	r, err := s.table(table)
	if err != nil {
		return false, err
	}
	return marksIn(r.table)[confidential], nil
}

// Length is how many rows a table has.
func (s *story) Length(table string) (int64, error) {
	r, err := s.table(table)
	if err != nil {
		return 0, err
	}
	return int64(len(r.rows)), nil
}

// With is how many rows of a table have something in column: true, a number that is not 0, a text.
func (s *story) With(table, column string) (int64, error) {
	r, err := s.table(table)
	if err != nil {
		return 0, err
	}
	var count int64
	for n := range r.rows {
		if isSomething(r.value(n, column)) {
			count++
		}
	}
	return count, nil
}

func isSomething(value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	}
	return value != nil
}

// Has says whether this report has a table, with any row.
func (s *story) Has(table string) bool {
	return s.results[table] != nil && len(s.results[table].rows) > 0
}

// HasTable says whether this report has a table, be it empty: one publisher's has not all.
func (s *story) HasTable(table string) bool { return s.results[table] != nil }

// Share is the share of 0 to 1 in the row with the code key of a table; 0 where there is no such row or it is null.
func (s *story) Share(table, key, column string) (float64, error) {
	value, err := s.value(table, key, column)
	share, _ := value.(float64)
	return share, err
}

// StartMonths are the months with which quarters begin.
func (s *story) StartMonths() string {
	var months []string
	for i := range 4 {
		month := (int(s.Quarter.StartMonth)-1+3*i)%12 + 1
		months = append(months, time.Month(month).String())
	}
	return strings.Join(months[:3], ", ") + " and " + months[3]
}

// Period is the time that the statuses rest on.
func (s *story) Period() string {
	if s.Quarter.HasYear {
		return "in the year to " + longDate(s.Quarter.End)
	}
	return "from " + longDate(s.Quarter.First) + " to " + longDate(s.Quarter.End)
}

// IsLate says whether the figures go on after the quarter's end, so that what is told of the last day of them is not
// told of the quarter.
func (s *story) IsLate() bool { return s.Quarter.AsOf.After(s.Quarter.End) }

// Breaks are the sources that were added or lost in the quarter, and a change of the rules, a sentence each.
func (s *story) Breaks() []string {
	var sentences []string
	for n := range s.breaks.rows {
		what := s.breaks.text(n, "what")
		switch {
		case s.breaks.text(n, "quarter_label") != s.Quarter.Label:
		case what == "rules":
			sentences = append(sentences, fmt.Sprintf("The rules of counting changed after %s.", longDate(s.breaks.day(n, "change_date"))))
		default:
			sentences = append(sentences, fmt.Sprintf("The source %s was %s.", s.breaks.text(n, "source"), what))
		}
	}
	return sentences
}

// provisionalWhy says of each source that may still get more of the quarter what it lacks.
func (s *story) provisionalWhy() []string {
	type lack struct {
		days        int64
		first, last time.Time
	}
	lacks := map[string]*lack{}
	var sources []string
	for n := range s.gaps.rows {
		if !s.gaps.yes(n, "is_open") {
			continue
		}
		source := s.gaps.text(n, "source")
		l := lacks[source]
		if l == nil {
			l = &lack{first: s.gaps.day(n, "first_day"), last: s.gaps.day(n, "last_day")}
			lacks[source] = l
			sources = append(sources, source)
		}
		l.days += s.gaps.count(n, "days")
		if s.gaps.day(n, "first_day").Before(l.first) {
			l.first = s.gaps.day(n, "first_day")
		}
		if s.gaps.day(n, "last_day").After(l.last) {
			l.last = s.gaps.day(n, "last_day")
		}
	}
	slices.Sort(sources)
	var why []string
	for _, source := range sources {
		l := lacks[source]
		days := "on " + longDate(l.first)
		if l.days > 1 {
			days = "between " + longDate(l.first) + " and " + longDate(l.last)
		}
		why = append(why, fmt.Sprintf("The source %s lacks %s of the quarter, %s.", source, numberOf(l.days, "day", "days"), days))
	}
	return why
}

// oneLine is a text without breaks and runs of blanks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
