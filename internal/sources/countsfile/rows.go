package countsfile

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"footfall/internal/sources/counting"
	"footfall/internal/traffic"
)

// add takes a row. Its errors begin with the column.
func (f *reading) add(row row) error {
	layout := f.Config.Layout
	if strings.TrimSpace(strings.Join(row.cells, "")) == "" {
		return nil
	}
	if layout.Total != "" && slices.Contains(row.cells, layout.Total) {
		if f.total != nil {
			return fmt.Errorf("column %d: a second row is the %s", slices.Index(row.cells, layout.Total)+1, layout.Total)
		}
		f.total = &row
		return nil
	}
	if got, want := len(row.cells), len(f.table.header.cells); got > want && strings.TrimSpace(strings.Join(row.cells[want:], "")) != "" {
		return fmt.Errorf("column %d: %s is one cell too many: the header on line %d has %d columns", want+1, quoted(row.cells[want]), f.table.header.line, want)
	}
	period := f.period
	if f.periodColumn >= 0 {
		var isAll bool
		var err error
		if period, isAll, err = f.periodOf(row); err != nil || isAll {
			return err
		}
	}
	isSaid := false
	for i, v := range layout.Values {
		c := f.columns[i]
		if c.where >= 0 && !strings.EqualFold(row.cell(c.where), v.Is) {
			isSaid = true // another statistic
			continue
		}
		said := row.cell(c.value)
		if len(layout.Values) > 1 && (said == "" || strings.EqualFold(said, "no data")) {
			f.pull(v, period).HidesTail = true
			continue
		}
		isSaid = true
		count, err := parseCount(said)
		if err != nil {
			return f.columnError(c.value, err)
		}
		f.sums[i] += count
		if err := f.count(v, c, row, period, count); err != nil {
			return err
		}
	}
	if !isSaid {
		return f.columnError(f.columns[0].value, errors.New("it is empty"))
	}
	return nil
}

func (f *reading) columnError(column int, err error) error {
	return fmt.Errorf("column %d (%s): %w", column+1, strings.TrimSpace(f.table.header.cells[column]), err)
}

// periodOf is the period that a row says, or whether it stands for all periods.
func (f *reading) periodOf(row row) (period Period, isAll bool, err error) {
	said := row.cell(f.periodColumn)
	if all := f.Config.Layout.AllPeriods; all != "" && strings.EqualFold(said, all) {
		return Period{}, true, nil
	}
	if serial, err := strconv.ParseFloat(said, 64); err == nil && len(said) == 5 { // a spreadsheet's date
		if at, err := excelize.ExcelDateToTime(serial, false); err == nil {
			said = at.Format(time.DateOnly)
		}
	}
	period, isThere, err := ParsePeriod(said)
	switch {
	case err != nil:
	case !isThere:
		err = fmt.Errorf("%s is no period: it is written as 2026-09-30, 2026-09, 2026-Q3, or as two dates", quoted(said))
	case period.Start.After(f.now):
		err = fmt.Errorf("%s is to come", period)
	default:
		return period, false, nil
	}
	return Period{}, false, f.columnError(f.periodColumn, err)
}

// count takes one number of a row.
func (f *reading) count(v Value, c valueColumns, row row, period Period, count int64) error {
	address, isAddress := f.address(c, row)
	if f.counter != nil {
		id := row.cell(c.dataset)
		switch {
		case id == "":
			return f.columnError(c.dataset, errors.New("it is empty"))
		case f.subjects[id]:
			return f.columnError(c.dataset, fmt.Errorf("%s is there twice", quoted(id)))
		}
		f.subjects[id] = true
		f.counter.Counters = append(f.counter.Counters, counting.Counter{
			SubjectKind: counting.Dataset, Subject: id, CountedAs: row.cell(c.name), ReadAt: f.counter.At, Value: count,
		})
		return nil
	}
	if c.dataset >= 0 && !isAddress {
		return f.columnError(c.dataset, errors.New("it is empty"))
	}
	pull := f.pull(v, period)
	switch {
	case v.Metric == counting.Referrals:
		origin := counting.Origin(row.cell(c.origin), f.Referrers)
		if c.url >= 0 && !isAddress {
			pull.Unmatched += count
			return nil
		}
		origin.URL, origin.Value = address, count
		pull.Referrals = append(pull.Referrals, origin)
	case isAddress:
		pull.Counts = append(pull.Counts, counting.Count{URL: address, Value: count})
	default:
		pull.Unmatched += count
		pull.HidesTail = pull.HidesTail || strings.EqualFold(row.cell(c.url), "(other)")
	}
	return nil
}

// address is what a row is of: a page or file, or the page of a dataset.
func (f *reading) address(c valueColumns, row row) (u traffic.URL, ok bool) {
	switch {
	case c.url >= 0:
		return f.site.URL(row.cell(c.url))
	case c.dataset >= 0 && row.cell(c.dataset) != "":
		return f.site.URL("/dataset/" + url.PathEscape(row.cell(c.dataset)))
	}
	return u, false
}

// pull is that of a value and period.
func (f *reading) pull(v Value, period Period) *counting.Pull {
	key := counting.Period{Metric: v.Metric, Start: period.Start, End: period.End}
	pull, isThere := f.pulls[key]
	if !isThere {
		zone := f.Config.Zone
		if zone == nil {
			zone = time.UTC
		}
		// A file that was written before its period was over holds less than the period has.
		over := time.Date(period.End.Year(), period.End.Month(), period.End.Day()+1, 0, 0, 0, 0, zone)
		pull = &counting.Pull{
			Source: f.Config.Name, Kind: Kind, Path: f.file, Metric: v.Metric, Unit: v.Unit, Start: period.Start, End: period.End, At: f.now,
			IsWhole: f.Config.Rows != Top, IsFinal: !f.written.Before(over), HidesTail: f.Config.Rows != All || f.Config.Layout.HidesTail,
			Content: f.content,
		}
		f.pulls[key] = pull
		f.order = append(f.order, key)
	}
	return pull
}

// grouping are the characters that may set thousands apart; a count has no decimals.
var grouping = strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u202f", "", "'", "")

// parseCount reads a whole number, 0 or more.
func parseCount(text string) (int64, error) {
	number := grouping.Replace(text)
	count, err := strconv.ParseInt(number, 10, 64)
	if err != nil { // a spreadsheet's number
		float, floatErr := strconv.ParseFloat(number, 64)
		if floatErr != nil || float != float64(int64(float)) {
			return 0, fmt.Errorf("%s is no whole number", quoted(text))
		}
		count = int64(float)
	}
	if count < 0 {
		return 0, fmt.Errorf("%s is less than 0", quoted(text))
	}
	return count, nil
}
