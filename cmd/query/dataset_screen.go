package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// screenWidth is that of a terminal as people have it, less a little.
const screenWidth = 96

// statusWords say a status where there is room for more than its name.
var statusWords = map[string]string{
	"used":                  "USED",
	"unreachable":           "UNREACHABLE: people who want its data get errors",
	"not_measurable":        "NOT MEASURABLE: its use cannot be seen from here",
	"insufficient_evidence": "NOT ENOUGH EVIDENCE to tell",
	"unused":                "UNUSED",
	"barely_used":           "BARELY USED",
	"borderline":            "BORDERLINE: on either side of the threshold",
}

// coverageWords say what was seen of a host on the last day.
var coverageWords = map[string]string{
	"measured":     "measured",
	"gap":          "log has a gap now",
	"behind_cache": "behind a cache",
	"redirects":    "no log, but the portal's redirects to it",
	"no_log":       "no log",
	"no_address":   "no address",
}

// page collects the lines of a screen.
type page struct{ strings.Builder }

func (p *page) heading(s string) { fmt.Fprintf(p, "\n%s\n", s) }

// line folds a text to the screen, under an indent.
func (p *page) line(indent int, s string) {
	prefix := strings.Repeat(" ", indent)
	for l := range strings.SplitSeq(text.WrapSoft(printable(s), screenWidth-indent), "\n") {
		p.WriteString(strings.TrimRight(prefix+l, " ") + "\n")
	}
}

// fact is a labelled line; an unknown one is left out.
func (p *page) fact(label, value string) {
	if value == "" {
		return
	}
	const column = 16
	folded := text.WrapSoft(printable(value), screenWidth-2-column)
	for i, l := range strings.Split(folded, "\n") {
		if i > 0 {
			label = ""
		}
		p.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s%s", column, label, l), " ") + "\n")
	}
}

// columns lays out rows under titles; a title that starts with a dash is of a column of numbers.
func (p *page) columns(rows []row, titles ...string) {
	widths := make([]int, len(titles)/2)
	for i := range widths {
		widths[i] = text.StringWidth(strings.TrimPrefix(titles[2*i+1], "-"))
		for _, r := range rows {
			widths[i] = max(widths[i], min(text.StringWidth(printable(r[titles[2*i]])), 40))
		}
	}
	write := func(cell func(i int) string) {
		var line strings.Builder
		for i := range widths {
			s := text.Snip(printable(cell(i)), widths[i], "…")
			if strings.HasPrefix(titles[2*i+1], "-") {
				s = text.AlignRight.Apply(s, widths[i])
			} else {
				s = text.AlignLeft.Apply(s, widths[i])
			}
			line.WriteString("  " + s)
		}
		p.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	write(func(i int) string { return strings.TrimPrefix(titles[2*i+1], "-") })
	for _, r := range rows {
		write(func(i int) string { return r[titles[2*i]] })
	}
}

// screen is the page about the dataset.
func (d dataset) screen() string {
	var p page
	d.writeAbout(&p)
	d.writeStatus(&p)
	if len(d.periods) > 0 {
		p.heading("Use. A use is a client on a day that got data, own staff and robots left out. The verdict is\n" +
			"that of the 365 days to the quarter's end.")
		p.columns(d.periods, "period", "", "uses", "-uses", "requests", "-requests",
			"investigations", "-investigations", "errors", "-errors", "robots", "-robots",
			"measured", "-days measured", "verdict", "verdict")
	}
	if len(d.methods) > 0 {
		p.heading("How its data is fetched, 365 days.")
		p.columns(d.methods, "method", "", "uses", "-uses", "percent", "-%", "requests", "-requests",
			"bytes", "-sent")
	}
	d.writeCounts(&p)
	d.writeResources(&p)
	d.writeMissed(&p)
	return p.String()
}

func (d dataset) writeAbout(p *page) {
	p.line(0, d.about["title"])
	p.line(0, d.about["name"]+", published by "+d.about["publisher"])
	p.line(0, "id "+d.about["dataset_id"])
	if url := d.about["page_url"]; url != "" {
		p.WriteString(printable(url) + "\n") // whole, so that it can be opened
	}
	since := "In the catalogue since " + d.about["first_live_date"]
	if d.about["is_first_date_assumed"] == "true" {
		since += " (as the catalogue says)"
	}
	switch {
	case d.about["first_live_date"] == "":
		since = "Not in the catalogue up to " + d.about["as_of_date"]
	case d.about["is_live"] != "true":
		since += ", and gone after " + d.about["last_live_date"]
	}
	p.line(0, since+".")
	if names := d.about["former_names"]; names != "" {
		p.line(0, "Formerly "+names+".")
	}
	if series := d.about["series"]; series != "" {
		p.line(0, "Part of the series "+series+".")
	}
	if n := d.about["children"]; n != "" {
		p.line(0, "A series, with "+times(n, "record", "records")+" of its own in the catalogue.")
	}
	if names := d.about["group_names"]; names != "" {
		p.line(0, "One dataset with "+names+", by the same data or guid: totals count them once.")
	}
	if notes := d.about["notes"]; notes != "" {
		p.line(0, "Noted: "+notes+".")
	}
}

func (d dataset) writeResources(p *page) {
	p.heading("Resources")
	if len(d.resources) == 0 {
		p.line(2, "none in the catalogue")
		return
	}
	shown := d.resources[:min(len(d.resources), 12)]
	for _, r := range shown {
		r["seen"] = or(coverageWords[r["coverage"]], r["coverage"])
		if r["role"] != "data" && r["role"] != "service" {
			r["seen"] = "not counted: no data"
		}
		if r["is_live"] != "true" {
			r["seen"] = "not in the catalogue"
		}
	}
	titles := []string{"name", "name", "format", "format", "role", "role", "host", "host", "seen", "now"}
	if slices.ContainsFunc(shown, func(r row) bool { return r["last_error_date"] != "" }) {
		titles = append(titles, "last_error_date", "broken: last error")
	}
	p.columns(shown, titles...)
	if len(d.resources) > len(shown) {
		p.line(2, "and more: query \"from dim_resource where dataset_id = '"+d.about["dataset_id"]+"'\"")
	}
}

// writeMissed says what was not seen in the year, so that silence is not taken for no use.
func (d dataset) writeMissed(p *page) {
	p.heading("Not measured, of the 365 days to " + d.about["as_of_date"])
	missed := false
	for _, h := range d.hosts {
		if h["measured_days"] == h["days"] {
			continue
		}
		missed = true
		p.line(2, fmt.Sprintf("%s: %s of %s days measured; %s", h["host"], h["measured_days"], h["days"],
			strings.Join(nonEmpty(
				counted(h["no_log"], "without a log"),
				counted(h["gap"], "not covered by its log"),
				counted(h["behind_cache"], "seen only behind a cache"),
				counted(h["redirects"], "seen only by the portal's redirects"),
				"the last on "+h["last_missed"],
			), ", ")))
	}
	isCredited := len(d.together) == 0 || d.together[0]["has_uncredited_link"] != "true"
	switch {
	case len(d.hosts) == 0:
		p.line(2, "no data link in the catalogue: there is nothing to measure")
	case !isCredited:
		p.line(2, fmt.Sprintf("its data as a whole: %s of %s days measured, since use of one of its "+
			"links is not, or not all, credited to it", d.together[0]["measured_days"],
			d.together[0]["live_days"]))
	case !missed:
		p.line(2, "nothing: the hosts of its data were measured on every day")
	}
}

// counted is the count and what it counts, or nothing for 0 and null.
func counted(n, what string) string {
	if n == "0" || n == "" {
		return ""
	}
	return n + " " + what
}

// times is the count and what it counts, in one word or the other.
func times(n, one, several string) string {
	if n == "1" {
		return n + " " + one
	}
	return n + " " + several
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// spaced turns a code of the models, as in no_data_link, into words.
func spaced(code string) string { return strings.ReplaceAll(code, "_", " ") }

func nonEmpty(texts ...string) []string {
	var some []string
	for _, s := range texts {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}
