package report

import (
	"encoding/xml"
	"strings"
	"testing"
)

// newPageReport is a report with charts, whose bars are more than one drawing holds.
func newPageReport() *Report {
	r := newReport()
	parts := []string{"Used", "On the line", "Barely used", "Unused", "Unreachable", "Too early to tell", "Not visible"}
	quarters := []Bar{
		{"2026Q1", []int64{0, 0, 0, 0, 0, 0, 0}},
		{"2026Q2", []int64{2100, 300, 1400, 5200, 12, 40, 3948}},
		{"2026Q3", []int64{2980, 310, 1500, 4100, 12, 9, 4089}},
	}
	section := &r.Sections[0]
	section.Answer = "2,980 of 8,902 datasets that could be judged are used, about 1 in 3 [note 1]."
	section.Charts = BarCharts("chart_status", "Datasets by status", "Used datasets grew from 2,100 to 2,980.", "02_status", parts, quarters)
	var publishers []Bar
	for name := range strings.SplitSeq("abcdefghijklmnopqrstuvwxyz", "") {
		publishers = append(publishers, Bar{"Office of " + strings.ToUpper(name) + " for Coast, Sea & <Weather>", []int64{1, 1, 0, 3, 0, 0, 1}})
	}
	section.Charts = append(section.Charts, BarCharts("chart_publishers", "Publishers by status", "Most are alike.", "02_status", parts, publishers)...)
	section.Charts = append(section.Charts, LorenzChart("chart_lorenz", "How evenly use is spread", "The curve hugs the corner.", "02_status",
		[]Point{{0, 0}, {0.5, 0.01}, {0.9, 0.2}, {0.99, 0.6}, {1, 1}}))
	return r
}

func TestChartsAreDrawings(t *testing.T) {
	for _, chart := range newPageReport().Sections[0].Charts {
		if err := xml.Unmarshal([]byte(chart.SVG), new(struct{})); err != nil {
			t.Errorf("%s is no XML: %v", chart.Name, err)
		}
	}
}

func TestPages(t *testing.T) {
	files, err := newPageReport().pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "publishers/coast.html"} {
		if len(files[name]) == 0 {
			t.Errorf("there is no %s", name)
		}
	}
}
