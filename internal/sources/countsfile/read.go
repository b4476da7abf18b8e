package countsfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"footfall/internal/sources"
	"footfall/internal/sources/counting"
)

// reader is one run of a source.
type reader struct {
	*Source
	site counting.Site
	now  time.Time
}

// mostBytes bounds a file, which is read as a whole: a million rows have about 100 MB.
const mostBytes = 256 << 20

// read makes offers of a file, one for each metric and period.
func (r *reader) read(ctx context.Context, file string) ([]offer, error) {
	layout := r.Config.Layout
	if layout.Refusal != "" {
		return nil, errors.New(layout.Refusal)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostBytes {
		return nil, fmt.Errorf("the file has %d MB, which no table of counts has: correct files", info.Size()>>20)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t, err := readTable(text, layout.columns(), r.Config.Sheet)
	if err != nil {
		return nil, err
	}
	f := &reading{
		reader: r, file: file, table: t, written: info.ModTime(),
		content: sources.ContentID(string(text) + fmt.Sprintf("\x00%v", r.meaning())),
		pulls:   map[counting.Period]*counting.Pull{}, sums: make([]int64, len(layout.Values)), subjects: map[string]bool{},
	}
	if err := f.open(); err != nil {
		return nil, err
	}
	for _, row := range t.rows {
		if err := f.add(row); err != nil {
			return nil, fmt.Errorf("line %d, %w", row.line, err)
		}
	}
	if err := f.close(); err != nil {
		return nil, err
	}
	var unmatched int64
	for _, pull := range f.pulls {
		unmatched += pull.Unmatched
	}
	r.Log.InfoContext(ctx, "read", "source", r.Config.Name, "file", file, "rows", len(t.rows), "unmatched", unmatched)
	return f.offers(), nil
}

// meaning is what the configuration makes of a file: with another one it is read again.
func (r *reader) meaning() []any {
	c := r.Config
	return []any{c.Layout, c.Period.String(), c.Sheet, c.SiteURL, c.Hosts, c.Rows}
}

// reading is one file being read.
type reading struct {
	*reader
	file    string
	table   *table
	written time.Time
	content string

	period       Period // of all rows; zero: each row says it
	periodColumn int    // of rows that say it; -1: none does
	columns      []valueColumns

	pulls    map[counting.Period]*counting.Pull
	order    []counting.Period // of the pulls, as they came
	counter  *counting.Reading
	sums     []int64         // of each value, over all rows
	total    *row            // the row with the totals
	subjects map[string]bool // of the counters
}

// valueColumns are where the columns of a Value are; -1: there is none.
type valueColumns struct{ value, url, dataset, origin, name, where int }

// open finds the columns, and the period of the file.
func (f *reading) open() error {
	find := func(names []string) (int, error) {
		if len(names) == 0 {
			return -1, nil
		}
		at, err := f.table.header.column(names)
		if err != nil {
			return 0, fmt.Errorf("line %d: column %s: %w", f.table.header.line, either(names), err)
		}
		return at, nil
	}
	for _, v := range f.Config.Layout.Values {
		var c valueColumns
		var where []string
		if v.Where != "" {
			where = []string{v.Where}
		}
		for _, one := range []struct {
			at    *int
			names []string
		}{{&c.value, v.Column}, {&c.url, v.URL}, {&c.dataset, v.Dataset}, {&c.origin, v.Origin}, {&c.name, v.Name}, {&c.where, where}} {
			at, err := find(one.names)
			if err != nil {
				return err
			}
			*one.at = at
		}
		f.columns = append(f.columns, c)
	}
	f.periodColumn = -1
	if f.Config.Layout.IsCounter {
		return f.openCounter()
	}
	f.period = f.Config.Period
	if f.period != (Period{}) {
		return nil
	}
	if at, err := f.table.header.column(f.Config.Layout.Period); err == nil {
		f.periodColumn = at
		return nil
	}
	return f.findPeriod()
}

// findPeriod takes the period from above the table, or from the file's name.
func (f *reading) findPeriod() error {
	period, isThere, err := periodOfHead(f.table.head)
	place := "the lines above the table"
	if err == nil && !isThere {
		place = "the file's name"
		period, isThere, err = ParsePeriod(filepath.Base(f.file))
	}
	switch {
	case err != nil:
		return fmt.Errorf("the period is not clear: %s: %w: set period", place, err)
	case !isThere:
		return errors.New("the file does not say which days it is of: set period, or put it into the file's name, such as pages-2026-09.csv")
	case period.Start.After(f.now):
		return fmt.Errorf("%s says %s, which is to come: correct it, or set period", place, period)
	}
	f.period = period
	return nil
}

// openCounter finds out when the counters were read: as configured, by the file's name, or when it
// was written.
func (f *reading) openCounter() error {
	at := f.Config.Period.Start
	if at.IsZero() {
		day, isThere, err := ParsePeriod(filepath.Base(f.file))
		if isThere && err == nil && day.Start.Equal(day.End) {
			at = day.Start
		} else {
			at = f.written.UTC()
		}
	}
	if at.After(f.now) {
		return fmt.Errorf("it was written on %s, which is to come: put the date into the file's name", at.Format(time.DateOnly))
	}
	layout := f.Config.Layout
	f.counter = &counting.Reading{
		Source: f.Config.Name, Kind: Kind, Path: f.file, Metric: layout.Values[0].Metric, Unit: layout.Values[0].Unit, At: at,
		IsWhole: true, HidesTail: f.Config.Rows != All, Content: f.content,
	}
	return nil
}

// close checks what can be told of the whole file.
func (f *reading) close() error {
	for _, key := range f.order {
		if pull := f.pulls[key]; pull.Unit == counting.ClientDays && !pull.Start.Equal(pull.End) {
			return fmt.Errorf("its %s are of %s: distinct visitors can be taken for single days only; export days, or a column of views with unit: %s",
				pull.Metric, text(key), counting.Events)
		}
	}
	if len(f.order) == 0 && (f.counter == nil || len(f.counter.Counters) == 0) {
		return errors.New("it has a header and no counts: export it again, or take it away")
	}
	if f.total == nil {
		return nil
	}
	for i, v := range f.Config.Layout.Values {
		if v.Unit != counting.Events {
			continue // distinct visitors do not add up
		}
		said, err := parseCount(f.total.cell(f.columns[i].value))
		if err != nil {
			return fmt.Errorf("line %d, %w", f.total.line, f.columnError(f.columns[i].value, err))
		}
		if said < f.sums[i] || said > f.sums[i] && f.Config.Rows != Top {
			return fmt.Errorf("line %d, %w", f.total.line, f.columnError(f.columns[i].value, fmt.Errorf("the total is %d, the rows add up to %d: "+
				"the file is cut, or was changed; export it again, or say rows: top if it is the beginning of a longer list", said, f.sums[i])))
		}
	}
	return nil
}

func (f *reading) offers() (offers []offer) {
	if f.counter != nil {
		return []offer{{file: f.file, reading: f.counter}}
	}
	for _, key := range f.order {
		offers = append(offers, offer{file: f.file, pull: f.pulls[key]})
	}
	return offers
}
