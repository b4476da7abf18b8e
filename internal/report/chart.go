package report

import (
	"bytes"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bar is one bar of a chart of shares.
type Bar struct {
	Label  string  // what it is about, such as 2026Q3 or the title of a publisher
	Counts []int64 // datasets in each part, in the order of the parts
}

// maxBars is how many bars one drawing has: more would not fit on a printed page.
const maxBars = 12

// BarCharts draws how datasets fall into parts: one bar for each quarter or publisher, all of one length. A part is
// told by its pattern, and by its number where that fits: never by colour alone. More bars than a printed page holds
// become several charts; no bar, none.
//
// The name is fit for an id and unique in the report; table is the Name of the table with the figures.
func BarCharts(name, title, alternative, table string, parts []string, bars []Bar) []Chart {
	var charts []Chart
	number := (len(bars) + maxBars - 1) / maxBars
	for i := range number {
		some := bars[i*len(bars)/number : (i+1)*len(bars)/number]
		chart := Chart{Name: name, Title: title, Alternative: alternative, Table: table}
		if number > 1 {
			chart.Name += "_" + strconv.Itoa(i+1)
			chart.Title += ", " + some[0].Label + " to " + some[len(some)-1].Label
		}
		chart.SVG = drawBars(chart, parts, some)
		charts = append(charts, chart)
	}
	return charts
}

// Point is a place on a Lorenz curve: what share of all datasets, the least used first, has what share of all use.
// Both are 0 to 1.
type Point struct{ Datasets, Use float64 }

// LorenzChart draws how unevenly use is spread. The points begin with the least used datasets; the ends, (0, 0) and
// (1, 1), may be among them or not.
func LorenzChart(name, title, alternative, table string, points []Point) Chart {
	chart := Chart{Name: name, Title: title, Alternative: alternative, Table: table}
	var line strings.Builder
	line.WriteString("M50 290")
	for _, p := range points {
		fmt.Fprintf(&line, "L%s %s", coordinate(50+270*p.Datasets), coordinate(290-270*p.Use))
	}
	line.WriteString("L320 20")
	chart.SVG = draw("lorenz.svg", struct {
		Chart
		Line string
	}{chart, line.String()})
	return chart
}

// pattern is how a part is filled: a path on a tile of 8 by 8 pixels. All differ in form, and neighbours in how dark
// they are, so that they are told apart in grey too.
type pattern struct{ ID, Ground, Path, Fill, Stroke string }

var patterns = []pattern{
	{Ground: "#1d4f91"},
	{Ground: "#ffffff", Path: "M-2 2L2 -2M0 8L8 0M6 10L10 6", Fill: "none", Stroke: "#1d4f91"},
	{Ground: "#fde3c8", Path: "M1 1h2v2h-2zM5 5h2v2h-2z", Fill: "#8a3b00", Stroke: "none"},
	{Ground: "#a8480a"},
	{Ground: "#ffffff", Path: "M0 0L8 8M8 0L0 8", Fill: "none", Stroke: "#0b0c0c"},
	{Ground: "#ffffff"},
	{Ground: "#dfe2e4", Path: "M0 2h8M0 6h8", Fill: "none", Stroke: "#505a5f"},
	{Ground: "#e6dcf0", Path: "M2 0v8M6 0v8", Fill: "none", Stroke: "#4c2c92"},
}

// chartText is a text at a height in pixels.
type chartText struct {
	Text   string
	TextAt int
}

type legendItem struct {
	chartText
	BoxAt   string
	Pattern string
}

type chartBar struct {
	Label []chartText
	At    string
	Parts []barPart
}

// barPart is a part of a bar: percentages of the drawing's width, and pixels for the ground below its number.
type barPart struct {
	Pattern, Left, Width, Middle string
	Text                         string // empty where the number would not fit
	GroundAt, GroundWidth        int
}

// narrowest is the width of a drawing on a screen of 320 pixels: what fits there fits everywhere.
const narrowest = 280

func drawBars(chart Chart, parts []string, bars []Bar) template.HTML {
	data := struct {
		Chart
		Patterns []pattern
		Legend   []legendItem
		Bars     []chartBar
		Height   int
	}{Chart: chart}
	ids := make([]string, len(parts))
	for i, part := range parts {
		p := patterns[i%len(patterns)]
		p.ID = fmt.Sprintf("%s_part_%d", chart.Name, i+1)
		ids[i] = p.ID
		data.Patterns = append(data.Patterns, p)
		lines := chartLines(part, data.Height+15)
		for j, line := range lines {
			item := legendItem{chartText: line}
			if j == 0 {
				item.BoxAt, item.Pattern = fmt.Sprintf("%d.5", data.Height), p.ID
			}
			data.Legend = append(data.Legend, item)
		}
		data.Height += 7 + 19*len(lines)
	}
	for _, bar := range bars {
		var all, before int64
		for _, count := range bar.Counts {
			all += count
		}
		drawn := chartBar{Label: chartLines(bar.Label+" ("+thousands(all)+")", data.Height+22)}
		data.Height = drawn.Label[len(drawn.Label)-1].TextAt + 6
		drawn.At = fmt.Sprintf("%d.5", data.Height)
		for i, count := range bar.Counts {
			if count == 0 {
				continue
			}
			part := barPart{
				Pattern: ids[i],
				Left:    percent(before, all),
				Width:   percent(count, all),
				Middle:  percent(2*before+count, 2*all),
			}
			if text := thousands(count); float64(count)/float64(all)*narrowest >= float64(8*len(text)+4) {
				part.Text, part.GroundWidth = text, 8*len(text)+2
				part.GroundAt = -part.GroundWidth / 2
			}
			drawn.Parts = append(drawn.Parts, part)
			before += count
		}
		data.Bars = append(data.Bars, drawn)
		if all > 0 {
			data.Height += 36
		}
	}
	return draw("bars.svg", data)
}

// chartLines breaks a text into lines that fit on the narrowest screen, the first of them at a height.
func chartLines(text string, at int) []chartText {
	const widest = 36
	var lines []chartText
	for word := range strings.FieldsSeq(clean(text)) {
		if last := len(lines) - 1; last >= 0 && utf8.RuneCountInString(lines[last].Text+" "+word) <= widest {
			lines[last].Text += " " + word
		} else {
			lines = append(lines, chartText{word, at + 19*len(lines)})
		}
	}
	return lines
}

func percent(count, all int64) string {
	return coordinate(100*float64(count)/float64(all)) + "%"
}

// coordinate is a number as drawings have it.
func coordinate(v float64) string { return decimal(v, 2) }

// decimal is a number with so many decimals at most, none of them a 0 at the end.
func decimal(v float64, most int) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', most, 64), "0"), ".")
}

// draw runs the template of a drawing. The templates are tested with all that is given to them.
func draw(name string, data any) template.HTML {
	var b bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&b, name, data); err != nil {
		panic(err)
	}
	return template.HTML(b.String())
}
