package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
	"footfall/internal/sources/countsfile"
)

// columnsConfig are the names of a file's columns, as its header has them.
type columnsConfig struct {
	URL      string `mapstructure:"url"`      // address or path of a page or file
	Dataset  string `mapstructure:"dataset"`  // or a dataset's id or name
	Referrer string `mapstructure:"referrer"` // or where visitors came from
	Value    string `mapstructure:"value"`    // the count
	Period   string `mapstructure:"period"`   // day, month or quarter of the row
}

// fileKind is files of counts: files, and a preset or columns, are needed.
func fileKind() countKind {
	return countKind{
		keys:  []string{"files", "preset", "columns", "metric", "unit", "period", "total", "rows", "sheet"},
		check: checkCountFiles, open: openFiles, ask: askFiles,
	}
}

// fileMetrics are what a file may count.
var fileMetrics = []string{
	counting.Pages, counting.Downloads, counting.Outlinks, counting.FileEvents, counting.SearchClicks, counting.Referrals,
}

// rowsWords are the values of the key rows.
var rowsWords = map[string]countsfile.Rows{"": countsfile.Listed, "all": countsfile.All, "top": countsfile.Top}

func checkCountFiles(conf *config, c *countConfig, say func(key, format string, args ...any)) {
	if len(c.Files) == 0 {
		say("files", "not set: list files, patterns such as exports/*.csv, or folders")
	}
	for i, pattern := range c.Files {
		c.Files[i] = conf.path(pattern)
	}
	if c.Metric != "" && !slices.Contains(fileMetrics, c.Metric) {
		say("metric", "%q: one of %s", c.Metric, strings.Join(fileMetrics, ", "))
	}
	if _, isKnown := rowsWords[c.Rows]; !isKnown {
		say("rows", "%q: all (what is not in the files was never used), top (they are the beginning of a longer list), or leave it out", c.Rows)
	}
	c.checkUnit(say)
	c.checkPeriod(say)
	c.checkLayout(say)
	if c.layout.HidesTail && c.Rows == "all" {
		say("rows", "all: files of preset %s never have all, since the tool leaves out what is rare: leave it out", c.Preset)
	}
}

func (c *countConfig) checkPeriod(say func(key, format string, args ...any)) {
	if c.Period == "" {
		return
	}
	period, isThere, err := countsfile.ParsePeriod(c.Period)
	switch {
	case err != nil:
		say("period", "%q: %v", c.Period, err)
	case !isThere:
		say("period", "%q is no period: write it as 2026-09-30, 2026-09, 2026-Q3, or as 2026-09-01 to 2026-09-30", c.Period)
	}
	c.period = period
}

// checkLayout makes a layout of the preset, or of the columns alone; columns may also say what is
// otherwise in the files than in those of the preset.
func (c *countConfig) checkLayout(say func(key, format string, args ...any)) {
	if c.Preset == "" {
		if c.Metric == "" {
			say("metric", "not set: say what the files count, one of %s; or set preset", strings.Join(fileMetrics, ", "))
		}
		if c.Columns.Value == "" || c.Columns.URL == "" && c.Columns.Dataset == "" && c.Columns.Referrer == "" {
			say("columns", "name the columns value, and url, dataset or referrer; or set preset to one of %s", strings.Join(sortedKeys(countsfile.Presets()), ", "))
		}
		c.layout = countsfile.Layout{Values: []countsfile.Value{{Metric: c.Metric, Unit: counting.Events}}}
	} else {
		layout, err := countsfile.Preset(c.Preset, c.Metric)
		if err != nil {
			say("preset", "%v", err)
			return
		}
		if layout.Refusal != "" {
			say("preset", "%s: %s", c.Preset, layout.Refusal)
		}
		c.layout = layout
	}
	isChanged := c.Columns != (columnsConfig{}) || c.Unit != ""
	if len(c.layout.Values) > 1 && isChanged {
		say("columns", "files of preset %s have columns and a unit of their own: leave columns and unit out", c.Preset)
		return
	}
	if isChanged {
		c.changeLayout()
	}
	if c.Total != "" {
		c.layout.Total = c.Total
	}
	if v := c.layout.Values[0]; (v.Metric == counting.Referrals) != (len(v.Origin) > 0) && c.Preset == "" {
		say("columns.referrer", "name it with metric: referrals, and only with it")
	}
}

func (c *countConfig) changeLayout() {
	v := &c.layout.Values[0]
	for _, one := range []struct {
		of   *[]string
		name string
	}{{&v.URL, c.Columns.URL}, {&v.Dataset, c.Columns.Dataset}, {&v.Origin, c.Columns.Referrer}, {&v.Column, c.Columns.Value}, {&c.layout.Period, c.Columns.Period}} {
		if one.name != "" {
			*one.of = []string{one.name}
		}
	}
	if c.Columns.URL != "" {
		v.Dataset = nil
	} else if c.Columns.Dataset != "" {
		v.URL = nil
	}
	if c.Unit != "" {
		v.Unit = c.Unit
	}
}

func fileSource(c countConfig, now func() time.Time) *countsfile.Source {
	return &countsfile.Source{
		Config: countsfile.Config{
			Name: c.Name, Files: c.Files, Layout: c.layout, Period: c.period, Sheet: c.Sheet, SiteURL: c.SiteURL, Hosts: c.Hosts,
			Zone: c.zone, Rows: rowsWords[c.Rows],
		},
		Now: now,
	}
}

func openFiles(l *pipeline, c countConfig, _ string, known counting.Known) (sources.Source, error) {
	lists, err := readLists(l.files)
	if err != nil {
		return nil, err
	}
	source := fileSource(c, l.now)
	source.Referrers, source.Known, source.Log = lists.referrers, known, l.log
	return source, nil
}

func askFiles(ctx context.Context, c countConfig, _ string, now func() time.Time) (string, error) {
	files, answers, err := fileSource(c, now).Check(ctx)
	return fmt.Sprintf("%s can be read, for %s", plural(files, "file", "files"), plural(answers, "period", "periods")), err
}
