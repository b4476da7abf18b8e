package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newPageReport is a report with charts, whose bars are more than one drawing holds, and with a long table.
func newPageReport() *Report {
	r := newReport()
	parts := []string{"Used", "On the line", "Barely used", "Unused", "Unreachable", "Not visible", "Too early to tell, and so of no status at all"}
	quarters := []Bar{
		{"2026Q1", []int64{0, 0, 0, 0, 0, 0, 0}},
		{"2026Q2", []int64{2100, 300, 1400, 5200, 12, 40, 3948}},
		{"2026Q3", []int64{2980, 310, 1500, 4100, 12, 9, 4089}},
	}
	section := &r.Sections[0]
	section.Answer = "2,980 of 8,902 datasets <that> could be judged are used, about 1 in 3 [note 1]."
	section.Paragraphs = []string{"Do this:", "- mend <links>", "- look again", "Then that."}
	section.Charts = BarCharts("chart_status", "Datasets by status", "Used datasets grew from 2,100 to 2,980.", "02_status", parts, quarters)
	var publishers []Bar
	for name := range strings.SplitSeq("abcdefghijklmnopqrstuvwxyz", "") {
		publishers = append(publishers, Bar{"Office of " + strings.ToUpper(name) + " for Coast, Sea & <Weather>", []int64{1, 1, 0, 3, 0, 0, 1}})
	}
	section.Charts = append(section.Charts, BarCharts("chart_publishers", "Publishers by status", "Most are alike.", "02_status", parts, publishers)...)
	section.Charts = append(section.Charts, LorenzChart("chart_lorenz", "How evenly use is spread", "The curve hugs the corner.", "06_points",
		[]Point{{0, 0}, {0.5, 0.01}, {0.9, 0.2}, {0.99, 0.6}, {1, 1}}))

	long := Table{
		Name: "07_most", Title: "Most used", Description: "One row for each dataset.", Key: 1,
		Columns: []Column{{Name: "place", Title: "Place", Kind: Count}, {Name: "days_seen", Title: "Days seen", Unit: "days", Kind: Count}},
	}
	for n := range int64(1234) {
		long.Rows = append(long.Rows, []Cell{{Value: n + 1}, {Value: n}})
	}
	points := long
	points.Name, points.Title, points.Rows = "06_points", "Points", long.Rows[:100]
	r.Sections = append(r.Sections, Section{Number: 7, Name: "07_most", Title: "Most", Tables: []Table{points, long}})
	r.Sections[0].Charts[len(r.Sections[0].Charts)-1].Table = "06_points"
	return r
}

func TestChartsAreDrawings(t *testing.T) {
	charts := newPageReport().Sections[0].Charts
	ids := map[string]bool{}
	for _, chart := range charts {
		var svg struct {
			Role  string `xml:"role,attr"`
			Title string `xml:"title"`
			Desc  string `xml:"desc"`
			Defs  struct {
				Patterns []struct {
					ID string `xml:"id,attr"`
				} `xml:"pattern"`
			} `xml:"defs"`
		}
		if err := xml.Unmarshal([]byte(chart.SVG), &svg); err != nil {
			t.Errorf("%s is no XML: %v", chart.Name, err)
		}
		if svg.Role != "img" || svg.Title != chart.Title || svg.Desc != chart.Alternative {
			t.Errorf("%s does not say what it is: %+v", chart.Name, svg)
		}
		for _, pattern := range svg.Defs.Patterns {
			if ids[pattern.ID] {
				t.Errorf("the id %s is there twice", pattern.ID)
			}
			ids[pattern.ID] = true
		}
	}
	var titles []string
	for _, chart := range charts[1:4] {
		titles = append(titles, chart.Title[:len("Publishers by status, Office of A")])
	}
	want := []string{"Publishers by status, Office of A", "Publishers by status, Office of I", "Publishers by status, Office of R"}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if charts := BarCharts("a", "b", "c", "d", nil, nil); charts != nil {
		t.Errorf("no bar makes %d charts", len(charts))
	}
}

// A bar's parts are as long as their shares, and a number stands where it fits on the narrowest screen.
func TestBars(t *testing.T) {
	svg := string(BarCharts("c", "t", "a", "x", []string{"One", "Two", "None"}, []Bar{{"Q", []int64{9000, 1000, 0}}})[0].SVG)
	for _, want := range []string{`<rect x="0%" y="106.5" width="90%"`, `<rect x="90%" y="106.5" width="10%"`, `>9,000</text>`, `>Q (10,000)</text>`} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s in %s", want, svg)
		}
	}
	for _, not := range []string{`>1,000</text>`, `width="0%"`} {
		if strings.Contains(svg, not) {
			t.Errorf("there is %s", not)
		}
	}
}

func TestPages(t *testing.T) {
	r := newPageReport()
	r.Publishers[0].Report.Publisher = "Coast & Sea"
	r.Publishers[0].Report.Sections = r.Sections[len(r.Sections)-1:]
	files, err := r.pages()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		page      string
		want, not []string
	}{
		"a list": {"index.html", []string{"<p>Do this:</p>\n<ul>\n<li>mend &lt;links&gt;</li>\n<li>look again</li>\n</ul>\n<p>Then that.</p>"}, nil},
		"a note": {"index.html", []string{`datasets &lt;that&gt; could be judged are used, about 1 in 3 <a class="plain" href="#note_1">[note 1]</a>.`, `<dt id="note_1">[note 1] Datasets</dt>`}, nil},
		"a long table": {
			"index.html",
			[]string{`<strong>These are the first 50 of 1,234 rows.</strong> <a href="tables/07_most.csv">`, `<th scope="row" class="number">50</th>`},
			nil,
		},
		"what a chart draws is whole, and folded": {
			"index.html",
			[]string{"<details class=\"folded\">\n<summary>Show the table “Points”</summary>", `<th scope="row" class="number">100</th>`},
			[]string{"<summary>Show the table “Most used”", `<th scope="row" class="number">101</th>`},
		},
		"a long table of a publisher": {
			"publishers/coast.html",
			[]string{`first 200 of 1,234 rows.</strong> <a href="../tables/07_most.csv">CSV of “Most used” for the whole portal`, `<a href="coast.csv">`, `<a href="../index.html">`},
			nil,
		},
		"a unit that the title says": {"index.html", []string{`>Days seen</th>`, `>Change (datasets a month)</th>`}, nil},
		"an empty table":             {"index.html", []string{`<strong>Broken</strong><br>There is nothing of this kind`}, []string{`>File</th>`}},
		"marks":                      {"index.html", []string{`<td class="number">12 <span class="mark">[p]</span> <span class="mark">[b]</span></td>`, `Marks: [p] provisional, [x] not available.`}, nil},
		"links that lead to harm":    {"index.html", []string{`ünused`, `no link`}, []string{"javascript:", "Zgotmpl"}},
		"a text that is no HTML":     {"index.html", []string{`=1&#43;1 &lt;tides&gt;, &#34;low&#34; and`}, []string{"<tides>"}},
		"what the links are about":   {"index.html", []string{`>Page<span class="unseen"> of =1&#43;1 &lt;tides&gt;`}, nil},
		"whom to ask": {
			"index.html",
			[]string{`<p>Questions about this report: <a class="plain" href="mailto:data@example.org">data@example.org</a></p>`, `<a class="plain" href="https://example.org/licence">`},
			nil,
		},
		"whom to ask, if nobody is named": {"publishers/coast.html", []string{`<p>Questions about this report: the team that runs the portal.</p>`}, nil},
		"whose it is, and the others":     {"index.html", []string{"Internal edition", `<meta name="robots" content="noindex">`, `<a href="publishers/coast.html">Coast &amp; Sea</a>`}, []string{"Public edition"}},
		"that it is provisional":          {"index.html", []string{"<strong>The figures are provisional</strong></p>\n<p>The log of files-1 is not complete.</p>"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			html := string(files[test.page])
			for _, want := range test.want {
				if !strings.Contains(html, want) {
					t.Errorf("there is no %s", want)
				}
			}
			for _, not := range test.not {
				if strings.Contains(html, not) {
					t.Errorf("there is %s", not)
				}
			}
		})
	}
}

// A column of links that other cells of the rows have is in the files, and not on the page.
func TestLinksAreThereOnce(t *testing.T) {
	table := Table{
		Name: "a", Key: 1,
		Columns: []Column{{Name: "dataset", Title: "Dataset", Kind: Text}, {Name: "page", Title: "Page", Kind: Link}},
		Rows:    [][]Cell{{{Value: "tides", Link: "https://example.org/t"}, {Value: "https://example.org/t"}}},
	}
	if got := len(newPageTable(table, 1).Columns); got != 1 {
		t.Errorf("the page shows %d columns, want 1", got)
	}
	table.Rows = append(table.Rows, []Cell{{Value: "waves"}, {Value: "https://example.org/w"}})
	if got := len(newPageTable(table, 1).Columns); got != 2 {
		t.Errorf("the page shows %d columns, want 2", got)
	}
}

// One publisher's own report shows as much as its page beside the whole portal's.
func TestRowsOfOnePublisher(t *testing.T) {
	r := newPageReport()
	r.Publisher, r.Publishers = "Coast & Sea", nil
	files, err := r.pages()
	if err != nil {
		t.Fatal(err)
	}
	if want := "first 200 of 1,234 rows"; !strings.Contains(string(files[pageFile]), want) {
		t.Errorf("there is no %s", want)
	}
}

// Search engines may find the public edition.
func TestPublicPage(t *testing.T) {
	r := newPageReport()
	r.Edition = Public
	files, err := r.pages()
	if err != nil {
		t.Fatal(err)
	}
	if html := string(files[pageFile]); !strings.Contains(html, "Public edition") || strings.Contains(html, "noindex") {
		t.Error("the page does not say that it is public, or hides from search engines")
	}
}

func TestRevisionsAreTold(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Report)
		want   string
	}{
		"none before":  {func(*Report) {}, "This is the first report of the quarter that is kept: there is none that it could revise."},
		"none differs": {func(r *Report) { r.Revises = day("2026-10-20") }, "No figure changed since the final report of 20 October 2026."},
		"one": {func(r *Report) {
			r.Revises = day("2026-10-20")
			r.Revisions = []Revision{{Table: "02_status", Row: "status used", Column: "datasets", Before: "1", After: "2"}}
		}, "1 figure changed since the final report of 20 October 2026."},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReport()
			test.change(r)
			if got := fmt.Sprint(r.revisionsPart().Answer); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestNumbersOnPages(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1.624: "1.62", 2.5: "2.5", -1.25: "-1.25", 9.999: "10", 10.26: "10.3", 1234.5: "1,234.5", -1234567: "-1,234,567", 0.004: "0",
	} {
		if got := number(v); got != want {
			t.Errorf("number(%v) is %s, want %s", v, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0%", 1: "100%", 0.297: "29.7%", 0.0004: "under 0.1%", 0.9996: "over 99.9%", 0.999: "99.9%"} {
		if got := share(v); got != want {
			t.Errorf("share(%v) is %s, want %s", v, got, want)
		}
	}
}
