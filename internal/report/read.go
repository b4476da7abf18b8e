package report

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Ask answers one select of the published file: the names of its columns and its rows. A value is nil, a string, an
// int64, a float64, a bool or a time.Time for a date (midnight UTC). The parameters are bound to $name.
type Ask func(ctx context.Context, text string, params map[string]string) (columns []string, rows [][]any, err error)

// Options say which report to make.
type Options struct {
	Quarter   string // its label, such as 2026Q3; empty: the last that is over
	Edition   string // Internal or Public
	Publisher string // id of the publisher whose datasets alone the report is about; empty: the whole portal

	Portal, Contact, Licence, Version string // as in [Report]
}

// Read makes the report from the published file. The folder report of files holds one file for each table; those
// whose names begin with the same number are a section.
func Read(ctx context.Context, files fs.FS, ask Ask, o Options) (*Report, error) {
	reader := &reader{ask: ask, options: o}
	if err := reader.readSpecs(files); err != nil {
		return nil, err
	}
	if err := reader.readQuarter(ctx); err != nil {
		return nil, err
	}
	if err := reader.readSettings(ctx); err != nil {
		return nil, err
	}
	if err := reader.readTitles(ctx); err != nil {
		return nil, err
	}
	publishers, err := reader.run(ctx, reader.specs["00_publishers"], o.Publisher)
	if err != nil {
		return nil, err
	}
	if o.Publisher != "" {
		if len(publishers.rows) == 0 {
			return nil, fmt.Errorf("report: that publisher had no dataset in the catalogue at the end of %s: "+
				"without --publisher the report is of the whole portal", reader.quarter.Label)
		}
		return reader.onePublisher(ctx, publishers)
	}
	r, err := reader.report(ctx, "", "")
	if err != nil {
		return nil, err
	}
	datasets, err := reader.run(ctx, reader.specs["01_datasets"], "")
	if err != nil {
		return nil, err
	}
	for n := range publishers.rows {
		own, err := reader.publisher(ctx, publishers, n)
		if err != nil {
			return nil, err
		}
		mine, err := datasets.only("_publisher_id", publishers.text(n, "publisher_id"))
		if err != nil {
			return nil, err
		}
		own.Marks = usedMarks(own, mine.table)
		r.Publishers = append(r.Publishers, PublisherReport{Name: own.PublisherName, Report: *own, Datasets: mine.table})
	}
	r.linkPublishers()
	r.Inputs = reader.inputs
	return r, nil
}

// gapsName is the table that says whether the figures are provisional.
const gapsName = "10_sources_gaps"

// reader reads one report.
type reader struct {
	ask     Ask
	options Options
	specs   map[string]spec // by name
	order   []string        // names of the files that give tables, in order
	quarter quarter
	breaks  *result         // sources that were added or lost
	gaps    *result         // what was not seen, of the whole portal
	titles  map[string]bool // that several datasets have
	inputs  []Input
	names   map[string]bool // of publishers' files
}

// quarter is what is reported on, and what the build was told.
type quarter struct {
	Label, Previous, YearAgo     string // labels; the last two are empty where there is no such quarter
	Start, End, AsOf, First      time.Time
	Threshold, FullYearDays      int64
	StartMonth                   int64
	HasYear, HasTwoYears, IsLast bool
}

func (r *reader) readSpecs(files fs.FS) error {
	names, err := fs.Glob(files, "report/*.sql")
	if err != nil {
		return err
	}
	r.specs, r.names = map[string]spec{}, map[string]bool{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		s, err := parseSpec(strings.TrimSuffix(path.Base(name), ".sql"), string(text))
		if err != nil {
			return err
		}
		r.specs[s.name] = s
		if s.scope != forReader {
			r.order = append(r.order, s.name)
		}
	}
	return nil
}

// run asks what s asks of the publisher, or of all if it is empty.
func (r *reader) run(ctx context.Context, s spec, publisher string) (*result, error) {
	if s.text == "" {
		return nil, fmt.Errorf("report: a file of sql/report is missing")
	}
	columns, rows, err := r.ask(ctx, s.text, map[string]string{
		"quarter": r.quarter.Label, "previous": r.quarter.Previous, "year_ago": r.quarter.YearAgo, "publisher": publisher,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.file, err)
	}
	// The publishers' parts of a whole report are made from the rows that it read already.
	if publisher == r.options.Publisher {
		r.inputs = append(r.inputs, s.input(columns, rows))
	}
	return newResult(s, columns, rows, r.titles)
}

// readTitles reads the titles that do not tell a dataset from others.
func (r *reader) readTitles(ctx context.Context) error {
	several, err := r.run(ctx, r.specs["00_titles"], r.options.Publisher)
	if err != nil {
		return err
	}
	r.titles = map[string]bool{}
	for n := range several.rows {
		r.titles[several.text(n, "title")] = true
	}
	return nil
}

// readSettings takes the digests of what the models and the report were told.
func (r *reader) readSettings(ctx context.Context) error {
	if _, err := r.run(ctx, r.specs["00_settings"], r.options.Publisher); err != nil {
		return err
	}
	told := NewInput("report of the configuration", "", []string{"portal", "contact", "licence"},
		[][]any{{r.options.Portal, r.options.Contact, r.options.Licence}})
	told.IsOpen = true
	r.inputs = append(r.inputs, told)
	return nil
}

// readQuarter finds the quarter that is asked for.
func (r *reader) readQuarter(ctx context.Context) error {
	all, err := r.run(ctx, r.specs["00_quarters"], r.options.Publisher)
	if err != nil {
		return err
	}
	var labels []string
	found := -1
	for n := range all.rows {
		label := all.text(n, "quarter_label")
		labels = append(labels, label)
		if label == r.options.Quarter || r.options.Quarter == "" {
			found = n
		}
	}
	switch {
	case len(labels) == 0:
		return fmt.Errorf("report: no quarter of the published file is over yet, so there is nothing to report on: " +
			"the first report can be made when its figures reach the end of a quarter")
	case found < 0:
		return fmt.Errorf("report: the published file knows nothing of the end of %s: choose one of %s",
			r.options.Quarter, strings.Join(labels, ", "))
	}
	// Quarters to come are no input of this one.
	r.inputs = []Input{all.spec.input(all.columns, all.rows[found:found+1])}
	r.quarter = quarter{
		Label: labels[found], Previous: all.text(found, "previous_label"), YearAgo: all.text(found, "year_ago_label"),
		Start: all.day(found, "quarter_start_date"), End: all.day(found, "quarter_end_date"),
		AsOf: all.day(found, "as_of_date"), First: all.day(found, "first_date"),
		Threshold: all.count(found, "threshold"), FullYearDays: all.count(found, "full_year_days"),
		StartMonth: all.count(found, "year_start_month"),
		HasYear:    all.yes(found, "has_year"), HasTwoYears: all.yes(found, "has_two_years"),
		IsLast: found == len(labels)-1,
	}
	if r.breaks, err = r.run(ctx, r.specs["00_breaks"], r.options.Publisher); err != nil {
		return err
	}
	r.gaps, err = r.run(ctx, r.specs[gapsName], r.options.Publisher)
	return err
}

// report reads all sections, of the publisher with this id and title or of the whole portal.
func (r *reader) report(ctx context.Context, id, title string) (_ *Report, err error) {
	p := &Report{
		Quarter: r.quarter.Label, Edition: r.options.Edition, Publisher: title,
		QuarterStart: r.quarter.Start, QuarterEnd: r.quarter.End, AsOf: r.quarter.AsOf,
		Portal: r.options.Portal, Contact: r.options.Contact, Licence: r.options.Licence, Version: r.options.Version,
	}
	p.Title = "Use of datasets, " + quarterName(r.quarter)
	if title != "" {
		p.Title = title + ": use of its datasets, " + quarterName(r.quarter)
	}
	s := &story{Quarter: r.quarter, IsPublic: r.options.Edition == Public, Publisher: title, results: map[string]*result{}, breaks: r.breaks, gaps: r.gaps}
	for _, name := range r.order {
		specification := r.specs[name]
		if id != "" && specification.scope == forPortal || specification.scope == forPublisher {
			continue
		}
		if name == gapsName {
			s.results[name] = r.gaps
		} else if s.results[name], err = r.run(ctx, specification, id); err != nil {
			return nil, err
		}
		s.order = append(s.order, name)
	}
	if s.IsPublic {
		if err := s.keepBack(id != ""); err != nil {
			return nil, err
		}
	}
	if err := s.tell(p); err != nil {
		return nil, err
	}
	return p, nil
}

// publisher is the report of the publisher in row n.
func (r *reader) publisher(ctx context.Context, publishers *result, n int) (*Report, error) {
	title := publishers.text(n, "title")
	p, err := r.report(ctx, publishers.text(n, "publisher_id"), title)
	if err != nil {
		return nil, fmt.Errorf("publisher %s: %w", title, err)
	}
	p.PublisherName = r.fileName(publishers.text(n, "name"))
	p.Inputs = r.inputs
	return p, nil
}

// onePublisher is the report that is about one publisher alone. Where the report of the whole portal gives a publisher
// a file of all its datasets, it has them as a table of the first section.
func (r *reader) onePublisher(ctx context.Context, publishers *result) (*Report, error) {
	p, err := r.publisher(ctx, publishers, 0)
	if err != nil {
		return nil, err
	}
	datasets, err := r.run(ctx, r.specs["01_datasets"], r.options.Publisher)
	if err != nil {
		return nil, err
	}
	first := &p.Sections[0]
	first.Tables = append(first.Tables, datasets.table)
	p.Marks, p.Inputs = usedMarks(p), r.inputs
	return p, nil
}

// fileName is a publisher's short name as a file can have it, unlike those before.
func (r *reader) fileName(name string) string {
	safe := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '-'
	}, strings.ToLower(name))
	if strings.Trim(safe, "-") == "" {
		safe = "publisher"
	}
	unique := safe
	for n := 2; r.names[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", safe, n)
	}
	r.names[unique] = true
	return unique
}

// linkPublishers lets each publisher's name lead to its own report.
func (r *Report) linkPublishers() {
	pages := map[string]string{}
	for _, p := range r.Publishers {
		pages[p.Report.Publisher] = path.Join(publisherFolder, p.Name+".html")
	}
	for _, section := range r.Sections {
		for _, table := range section.Tables {
			if table.Name != "03_publishers" {
				continue
			}
			for _, row := range table.Rows {
				if title, ok := row[0].Value.(string); ok {
					row[0].Link = pages[title]
				}
			}
		}
	}
}
