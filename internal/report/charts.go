package report

import (
	"fmt"
	"strings"
)

// statusParts are the parts of a chart of statuses: columns of its table, in order.
var statusParts = []string{"used", "borderline", "barely_used", "unused", "unreachable", "not_visible"}

// charts are the drawings of the section with this number; none if there is nothing to draw.
func (s *story) charts(number int) []Chart {
	switch number {
	case 2:
		r := s.results["02_status_quarters"]
		return BarCharts("chart_status", "Datasets by status at the end of each quarter", s.statusAlternative(r),
			r.spec.name, s.partTitles(r), s.bars(r, "quarter", len(r.rows)))
	case 3:
		r := s.results["03_publishers"]
		if len(r.rows) == 0 {
			return nil
		}
		// The last row is the sum of the others.
		return BarCharts("chart_publishers", "Datasets of each publisher by status",
			fmt.Sprintf("%s, from A to Z. The figures are in the table.", numberOf(int64(len(r.rows)-1), "bar", "bars")),
			r.spec.name, s.partTitles(r), s.bars(r, "publisher", len(r.rows)-1))
	case 8:
		return s.lorenz()
	}
	return nil
}

func (s *story) partTitles(r *result) []string {
	var titles []string
	for _, part := range statusParts {
		for _, column := range r.table.Columns {
			if column.Name == part {
				titles = append(titles, column.Title)
			}
		}
	}
	return titles
}

func (s *story) bars(r *result, label string, most int) []Bar {
	var bars []Bar
	for n := range most {
		bar := Bar{Label: r.text(n, label)}
		for _, part := range statusParts {
			bar.Counts = append(bar.Counts, r.count(n, part))
		}
		bars = append(bars, bar)
	}
	return bars
}

// statusAlternative tells the first and the last bar.
func (s *story) statusAlternative(r *result) string {
	var text strings.Builder
	for i, n := range []int{0, len(r.rows) - 1} {
		if len(r.rows) == 0 || i == 1 && n == 0 {
			break
		}
		low := r.count(n, "barely_used") + r.count(n, "unused")
		fmt.Fprintf(&text, "%s: of %s, %s used, %s unused or barely used, %s not visible. ", r.text(n, "quarter"),
			datasets(r.count(n, "datasets")), thousands(r.count(n, "used")), thousands(low), thousands(r.count(n, "not_visible")))
	}
	return text.String() + "The figures are in the table."
}

func (s *story) lorenz() []Chart {
	r := s.results["08_concentration_lorenz"]
	var points []Point
	for n := range r.rows {
		of, isUsed := r.value(n, "use_share").(float64)
		if !isUsed {
			return nil // nobody used any: there is nothing to share
		}
		part, _ := r.value(n, "dataset_share").(float64)
		points = append(points, Point{Datasets: part, Use: of})
	}
	if len(points) < 2 {
		return nil
	}
	return []Chart{LorenzChart("chart_lorenz", "How use is spread over the datasets",
		"A curve below the line of equal use: the further below, the fewer datasets have most of the use. The figures are in the table.",
		r.spec.name, points)}
}
