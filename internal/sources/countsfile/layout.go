package countsfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"footfall/internal/sources/counting"
)

// A Layout says what is in which column. A column is known by its name in the header; where
// several names are given, the first one that the header has is meant.
type Layout struct {
	Values []Value
	Period []string // columns that may say the period of a row; empty: none does
	Total  string   // word in the row with the totals; empty: there is none
	// AllPeriods is the word for the sum of all periods in place of one; such rows are left out.
	AllPeriods string
	// IsCounter: the values are where counters stand, of all time.
	IsCounter bool
	// HidesTail: the tool always leaves out what is rare.
	HidesTail bool
	// Refusal says why such files cannot be used, and which ones can; empty: they can.
	Refusal string
}

// A Value is one column of counts, and the columns that say of what.
type Value struct {
	Column []string
	Metric string // of package counting
	Unit   string

	URL     []string // of a page or file; or
	Dataset []string // id or name of a dataset: the address of its page stands for it; or
	Origin  []string // where visitors came from, of a page or of the whole site
	Name    []string // name that a counter counts under

	// Where and Is: only rows that have this word in this column.
	Where, Is string
}

// Presets are the layouts of files that are known, by their words in the configuration.
func Presets() map[string]Layout {
	return map[string]Layout{
		"ga4_exploration":      explorations(counting.Pages),
		"ga4_pages":            pagesAndScreens,
		"searchconsole_pages":  searchConsolePages,
		"ga_report_site":       gaReportSite,
		"ga_report_publishers": gaReportPublishers,
		"ga_report_datasets":   gaReportDatasets,
		"ckan_tracking_export": trackingExport,
	}
}

// Preset is a layout that is known. metric is what a file of events counts; empty: what is usual.
func Preset(name, metric string) (Layout, error) {
	layout, isKnown := Presets()[name]
	switch {
	case !isKnown:
		return Layout{}, fmt.Errorf("%q: one of %s", name, strings.Join(slices.Sorted(maps.Keys(Presets())), ", "))
	case metric == "" || slices.ContainsFunc(layout.Values, func(v Value) bool { return v.Metric == metric }):
		return layout, nil
	case name == "ga4_exploration" && (metric == counting.FileEvents || metric == counting.Outlinks):
		return explorations(metric), nil
	}
	return Layout{}, fmt.Errorf("%q files do not hold %s", name, metric)
}

// explorations of Google Analytics 4, as its Explore exports a free-form table. Events are by the
// address of the link.
func explorations(metric string) Layout {
	value := Value{
		Column: []string{"Views"}, Metric: metric, Unit: counting.Events,
		URL: []string{"Page location", "Page path + query string", "Page path and screen class", "Page path"},
	}
	if metric != counting.Pages {
		value.Column, value.URL = []string{"Event count"}, []string{"Link URL"}
	}
	return Layout{Values: []Value{value}, Period: []string{"Date", "Year month"}, Total: "Grand total"}
}

var (
	// pagesAndScreens is the report of that name of Google Analytics 4.
	pagesAndScreens = Layout{
		Values: []Value{{
			Column: []string{"Views"}, Metric: counting.Pages, Unit: counting.Events,
			URL: []string{"Page path and screen class", "Page path + query string and screen class", "Page path"},
		}},
		Total: "Grand total",
	}

	// searchConsolePages is Pages.csv of what Search Console exports: its first 1,000 pages.
	searchConsolePages = Layout{
		Values:    []Value{{Column: []string{"Clicks"}, Metric: counting.SearchClicks, Unit: counting.Events, URL: []string{"Top pages", "Page"}}},
		HidesTail: true,
	}

	// gaReportSite is what ckanext-ga-report says of the whole site; two of its statistics are of use.
	gaReportSite = Layout{
		Values: []Value{
			{Column: []string{"Value"}, Metric: counting.Downloads, Unit: counting.Events, Dataset: []string{"Key"}, Where: "Statistic", Is: "Downloads"},
			{Column: []string{"Value"}, Metric: counting.Referrals, Unit: counting.Events, Origin: []string{"Key"}, Where: "Statistic", Is: "Social sources"},
		},
		Period: []string{"Period"}, AllPeriods: "All", HidesTail: true,
	}

	gaReportPublishers = Layout{
		Values:  []Value{{Column: []string{"Views"}, Dataset: []string{"Publisher Name"}}},
		Refusal: "the file counts publishers, and says nothing of datasets: take ckanext-ga-report's file of datasets",
	}

	// gaReportDatasets is what ckanext-ga-report says of datasets. It drops those with few views.
	gaReportDatasets = Layout{
		Values: []Value{
			{Column: []string{"Views"}, Metric: counting.Pages, Unit: counting.Events, Dataset: []string{"Dataset Name"}},
			{Column: []string{"Resource downloads"}, Metric: counting.Downloads, Unit: counting.Events, Dataset: []string{"Dataset Name"}},
		},
		Period: []string{"Period Name"}, AllPeriods: "All", HidesTail: true,
	}

	// trackingExport is what `ckan tracking export` writes. It adds up the pages of a dataset, so one
	// reader may be in it several times: events.
	trackingExport = Layout{
		Values: []Value{{
			Column: []string{"total views"}, Metric: counting.Pages, Unit: counting.Events, Dataset: []string{"dataset id"}, Name: []string{"dataset name"},
		}},
		IsCounter: true,
	}
)

// columns are all names that the header must have one of each, with what each is for.
func (l *Layout) columns() (all [][]string) {
	add := func(names []string) {
		if len(names) > 0 && !slices.ContainsFunc(all, func(other []string) bool { return slices.Equal(names, other) }) {
			all = append(all, names)
		}
	}
	for _, v := range l.Values {
		if v.Where != "" {
			add([]string{v.Where})
		}
		add(v.URL)
		add(v.Dataset)
		add(v.Origin)
		add(v.Name)
		add(v.Column)
	}
	return all
}
