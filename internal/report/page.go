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
	"text":   textHTML,
	"long":   longDate,
	"number": func(n int) string { return thousands(int64(n)) },
}).ParseFS(templateFiles, "templates/*.html", "templates/*.svg"))

// pageFile is the name of the page of the whole report.
const pageFile = "index.html"

// How many rows of a table a page shows, so that it can be read with 13,000 datasets too: that of the whole portal, and
// that of one publisher. All rows are in the table's CSV. What a chart draws is shown whole.
const (
	reportRows    = 50
	publisherRows = 200
)

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
	Paragraphs          []pageParagraph
	Charts              []pageChart
	Tables              []pageTable
	Links               []pageLink
	Terms               []pageTerm
}

// pageParagraph is a text, or a list of several.
type pageParagraph struct {
	Text  string
	Items []string
}

type pageChart struct {
	Chart
	IsSquare   bool
	TableTitle string
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
	rows := reportRows
	if r.Publisher != "" {
		rows = publisherRows
	}
	whole := page{Report: r, Style: template.CSS(style), IsPublic: r.Edition == Public, Parts: r.parts(rows, tablesFolder)}
	if err := files.addPage(pageFile, whole); err != nil {
		return nil, err
	}
	for i := range r.Publishers {
		p := &r.Publishers[i]
		own := page{
			Report: &p.Report, Style: template.CSS(style), IsPublic: whole.IsPublic,
			Whole: "../" + pageFile, Parts: p.Report.parts(publisherRows, "../"+tablesFolder),
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
	table := newPageTable(publisher.Datasets, publisherRows)
	table.File, table.FileText = publisher.Name+".csv", "CSV of “"+publisher.Datasets.Title+"”"
	part := pagePart{ID: "datasets", Heading: publisher.Datasets.Title, Tables: []pageTable{table}}
	p.Parts = slices.Insert(p.Parts, len(publisher.Report.Sections), part)
}

// parts are the sections in order, with the first rows of their tables, and what follows them. The CSV files of the
// tables are in folder; beside a publisher's report, that has those of the whole portal.
func (r *Report) parts(rows int, folder string) []pagePart {
	drawn, titles := map[string]bool{}, map[string]string{}
	for _, section := range r.Sections {
		for _, chart := range section.Charts {
			drawn[chart.Table] = true
		}
		for _, t := range section.Tables {
			titles[t.Name] = t.Title
		}
	}
	var all []pagePart
	for _, section := range r.Sections {
		part := pagePart{
			ID: "section_" + strconv.Itoa(section.Number), Heading: fmt.Sprintf("%d. %s", section.Number, section.Title),
			Answer: section.Answer, Paragraphs: paragraphs(section.Paragraphs),
		}
		for _, chart := range section.Charts {
			part.Charts = append(part.Charts, pageChart{chart, strings.Contains(string(chart.SVG), "viewBox"), titles[chart.Table]})
		}
		for _, t := range section.Tables {
			most := rows
			if drawn[t.Name] {
				most = len(t.Rows)
			}
			table := newPageTable(t, most)
			table.IsFolded = drawn[t.Name] && len(t.Rows) > reportRows+reportRows/2
			table.Marks = r.marksOf(t)
			switch {
			case folder == tablesFolder:
				table.File, table.FileText = path.Join(folder, t.Name+".csv"), "CSV of “"+t.Title+"”"
			case table.IsCut:
				table.File, table.FileText = path.Join(folder, t.Name+".csv"), "CSV of “"+t.Title+"” for the whole portal"
			}
			part.Tables = append(part.Tables, table)
		}
		all = append(all, part)
	}
	return append(all, r.backMatter()...)
}

// paragraphs makes lists of the texts that begin with a dash.
func paragraphs(texts []string) []pageParagraph {
	var all []pageParagraph
	for _, text := range texts {
		item, isItem := strings.CutPrefix(text, "- ")
		switch last := len(all) - 1; {
		case !isItem:
			all = append(all, pageParagraph{Text: text})
		case last >= 0 && len(all[last].Items) > 0:
			all[last].Items = append(all[last].Items, item)
		default:
			all = append(all, pageParagraph{Items: []string{item}})
		}
	}
	return all
}

// marksOf says what the marks of a table mean, in the order of the report's.
func (r *Report) marksOf(t Table) string {
	var used []string
	inTable := marksIn(t)
	for _, mark := range r.Marks {
		if inTable[mark.Word] {
			meaning, _, _ := strings.Cut(mark.Meaning, ":")
			used = append(used, mark.Word+" "+meaning)
		}
	}
	return strings.Join(used, ", ")
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
	contact := pagePart{ID: "contact", Heading: "Contact"}
	whom := r.Contact
	if whom == "" {
		whom = "the team that runs the portal."
	}
	contact.Paragraphs = append(contact.Paragraphs, pageParagraph{Text: "Questions about this report: " + whom})
	if r.Licence != "" {
		contact.Paragraphs = append(contact.Paragraphs, pageParagraph{Text: "Licence of the tables: " + r.Licence})
	}
	return append(all, contact)
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
		part.Tables = []pageTable{newPageTable(revisionsTable(r.Revisions), len(r.Revisions))}
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
		fmt.Fprintf(&b, `<a class="plain" href="%s">%s</a>`, template.HTMLEscapeString(href), template.HTMLEscapeString(text))
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
