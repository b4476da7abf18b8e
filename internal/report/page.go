package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

var pageTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"text": textHTML,
	"long": longDate,
}).ParseFS(templateFiles, "templates/*.html", "templates/*.svg"))

// pageFile is the name of the page of the whole report.
const pageFile = "index.html"

// wholeRows is how many rows of a table the page of the whole report shows. All are in the table's CSV.
const wholeRows = 100

// page is what page.html shows.
type page struct {
	*Report
	Style    template.CSS
	IsPublic bool
	Whole    string // where the report of the whole portal is, from a publisher's page; empty on that one
	Parts    []pagePart
}

// pagePart is a section of the report, or one of those that follow them all.
type pagePart struct {
	ID, Heading, Answer string
	Paragraphs          []string
	Charts              []pageChart
	Tables              []pageTable
	Links               []pageLink
	Terms               []pageTerm
}

type pageChart struct {
	Chart
	Class, TableTitle string
}

type pageLink struct{ Text, Href string }

type pageTerm struct{ ID, Word, Meaning string }

// pages are the pages of the report: one for all, one for each publisher.
func (r *Report) pages() (Files, error) {
	style, err := templateFiles.ReadFile("templates/style.css")
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	files := Files{}
	whole := page{Report: r, Style: template.CSS(style), IsPublic: r.Edition == Public, Parts: r.parts(wholeRows)}
	if err := files.addPage(pageFile, whole); err != nil {
		return nil, err
	}
	for i := range r.Publishers {
		p := &r.Publishers[i]
		own := page{
			Report: &p.Report, Style: template.CSS(style), IsPublic: whole.IsPublic,
			Whole: "../" + pageFile, Parts: p.Report.parts(0),
		}
		if len(p.Datasets.Columns) > 0 {
			own.addDatasets(p)
		}
		if err := files.addPage(path.Join(publisherFolder, p.Name+".html"), own); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (f Files) addPage(name string, p page) error {
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, "page.html", p); err != nil {
		return fmt.Errorf("report: %s: %w", name, err)
	}
	f[name] = b.Bytes()
	return nil
}

// addDatasets puts the publisher's datasets after the sections that are about them.
func (p *page) addDatasets(publisher *PublisherReport) {
	table := newPageTable(publisher.Datasets, 0)
	table.File, table.FileText = publisher.Name+".csv", "The table as CSV"
	part := pagePart{ID: "datasets", Heading: publisher.Datasets.Title, Tables: []pageTable{table}}
	p.Parts = slices.Insert(p.Parts, len(publisher.Report.Sections), part)
}

// parts are the sections in order, with the first rows of their tables (0: all), and what follows them.
func (r *Report) parts(rows int) []pagePart {
	titles := map[string]string{}
	for _, t := range r.tables() {
		titles[t.Name] = t.Title
	}
	var all []pagePart
	for _, section := range r.Sections {
		part := pagePart{
			ID: "section_" + strconv.Itoa(section.Number), Heading: fmt.Sprintf("%d. %s", section.Number, section.Title),
			Answer: section.Answer, Paragraphs: section.Paragraphs,
		}
		for _, chart := range section.Charts {
			class := "bars"
			if strings.Contains(string(chart.SVG), "viewBox") {
				class = "square"
			}
			part.Charts = append(part.Charts, pageChart{chart, class, titles[chart.Table]})
		}
		for _, t := range section.Tables {
			table := newPageTable(t, rows)
			if rows > 0 {
				table.File, table.FileText = path.Join(tablesFolder, t.Name+".csv"), "The table as CSV"
			}
			part.Tables = append(part.Tables, table)
		}
		all = append(all, part)
	}
	return append(all, r.backMatter()...)
}

// backMatter is what the reader needs to understand the sections.
func (r *Report) backMatter() []pagePart {
	var all []pagePart
	if len(r.Publishers) > 0 {
		part := pagePart{ID: "publishers", Heading: "Reports of the publishers"}
		for _, p := range r.Publishers {
			part.Links = append(part.Links, pageLink{p.title(), path.Join(publisherFolder, p.Name+".html")})
		}
		all = append(all, part)
	}
	if len(r.Notes) > 0 {
		part := pagePart{ID: "method", Heading: "Method and notes"}
		for i, note := range r.Notes {
			part.Terms = append(part.Terms, pageTerm{
				ID: fmt.Sprintf("note_%d", i+1), Word: fmt.Sprintf("[note %d] %s", i+1, note.Title), Meaning: note.Text,
			})
		}
		all = append(all, part)
	}
	for _, list := range []struct {
		id, heading string
		terms       []Term
	}{{"glossary", "Glossary", r.Glossary}, {"marks", "Marks", r.Marks}} {
		if len(list.terms) == 0 {
			continue
		}
		part := pagePart{ID: list.id, Heading: list.heading}
		for _, term := range list.terms {
			part.Terms = append(part.Terms, pageTerm{Word: term.Word, Meaning: term.Meaning})
		}
		all = append(all, part)
	}
	all = append(all, r.revisionsPart())
	if r.Contact != "" || r.Licence != "" {
		part := pagePart{ID: "contact", Heading: "Contact"}
		if r.Contact != "" {
			part.Paragraphs = append(part.Paragraphs, "Questions about this report: "+r.Contact)
		}
		if r.Licence != "" {
			part.Paragraphs = append(part.Paragraphs, "Licence of the tables: "+r.Licence)
		}
		all = append(all, part)
	}
	return all
}

// title is what people call the publisher.
func (p *PublisherReport) title() string {
	if p.Report.Publisher != "" {
		return p.Report.Publisher
	}
	return p.Name
}

func (r *Report) revisionsPart() pagePart {
	part := pagePart{ID: "revisions", Heading: "Revisions"}
	switch {
	case len(r.Revisions) > 0:
		part.Answer = fmt.Sprintf("%s changed since the final report of %s.",
			numberOf(int64(len(r.Revisions)), "figure", "figures"), longDate(r.Revises))
		part.Tables = []pageTable{newPageTable(revisionsTable(r.Revisions), 0)}
	case !r.Revises.IsZero():
		part.Answer = "No figure changed since the final report of " + longDate(r.Revises) + "."
	default:
		part.Answer = "This is the first report of the quarter that is kept: there is none that it could revise."
	}
	return part
}

// A reference to a note, an address to write to and an address on the web, in a text.
var references = regexp.MustCompile(`\[note ([0-9]+)\]|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|https?://[^\s<>"']*[^\s<>"'.,;:!?)]`)

// textHTML is a text with its references as links.
func textHTML(s string) template.HTML {
	s = clean(s)
	var b strings.Builder
	at := 0
	for _, m := range references.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(template.HTMLEscapeString(s[at:m[0]]))
		text, href := s[m[0]:m[1]], s[m[0]:m[1]]
		switch {
		case m[2] >= 0:
			href = "#note_" + s[m[2]:m[3]]
		case !strings.Contains(text, "://"):
			href = "mailto:" + text
		}
		fmt.Fprintf(&b, `<a href="%s">%s</a>`, template.HTMLEscapeString(href), template.HTMLEscapeString(text))
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(s[at:]))
	return template.HTML(b.String())
}

// numberOf is a number with its noun: 1 figure, 2 figures.
func numberOf(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands is a whole number as people write it: 12,345.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	start := len(digits) - 3
	for ; start > 0 && digits[start-1] != '-'; start -= 3 {
		digits = digits[:start] + "," + digits[start:]
	}
	return digits
}
