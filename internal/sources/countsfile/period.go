package countsfile

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Period is the first and the last day that a file is of, at midnight UTC.
type Period struct{ Start, End time.Time }

func (p Period) String() string {
	if p.Start.Equal(p.End) {
		return p.Start.Format(time.DateOnly)
	}
	return p.Start.Format(time.DateOnly) + " to " + p.End.Format(time.DateOnly)
}

// How periods are written: dates with or without hyphens, months, quarters.
var (
	dateForm    = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_./]?(0[1-9]|1[0-2])[-_./]?([0-3][0-9])(?:$|[^0-9])`)
	monthForm   = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_./]?(0[1-9]|1[0-2])(?:$|[^0-9])`)
	quarterForm = regexp.MustCompile(`(?i)(?:^|[^0-9])((?:19|20)[0-9]{2})[-_ ./]?Q([1-4])(?:$|[^0-9])`)
)

var errSeveralPeriods = errors.New("names more than one period")

// ParsePeriod reads a period that is written as 2026-09-30, 2026-09, 2026-Q3, or as two dates: the
// first and the last day. Hyphens may be left out. It is false where the text names none, and an
// error where it names several.
func ParsePeriod(text string) (Period, bool, error) {
	dates, err := datesIn(text)
	switch {
	case err != nil:
		return Period{}, false, err
	case len(dates) == 1:
		return Period{dates[0], dates[0]}, true, nil
	case len(dates) == 2 && dates[1].Before(dates[0]):
		return Period{}, false, fmt.Errorf("%s ends before it begins", Period{dates[0], dates[1]})
	case len(dates) == 2:
		return Period{dates[0], dates[1]}, true, nil
	case len(dates) > 2:
		return Period{}, false, errSeveralPeriods
	}
	months := append(monthsIn(text, monthForm, 1), monthsIn(text, quarterForm, 3)...)
	if len(months) > 1 {
		return Period{}, false, errSeveralPeriods
	}
	if len(months) == 0 {
		return Period{}, false, nil
	}
	return months[0], true, nil
}

// datesIn are the dates of a text, in their order.
func datesIn(text string) (dates []time.Time, err error) {
	for {
		at := dateForm.FindStringSubmatchIndex(text)
		if at == nil {
			return dates, nil
		}
		written := text[at[2]:at[3]] + "-" + text[at[4]:at[5]] + "-" + text[at[6]:at[7]]
		date, err := time.Parse(time.DateOnly, written)
		if err != nil {
			return nil, fmt.Errorf("%s is no date", written)
		}
		dates = append(dates, date)
		text = text[at[7]:]
	}
}

// monthsIn are runs of so many months, as a form writes their year and number.
func monthsIn(text string, form *regexp.Regexp, length int) (all []Period) {
	for {
		at := form.FindStringSubmatchIndex(text)
		if at == nil {
			return all
		}
		year, _ := strconv.Atoi(text[at[2]:at[3]])
		number, _ := strconv.Atoi(text[at[4]:at[5]])
		start := time.Date(year, time.Month((number-1)*length+1), 1, 0, 0, 0, 0, time.UTC)
		all = append(all, Period{start, start.AddDate(0, length, -1)})
		text = text[at[5]:]
	}
}

// periodOfHead is the period that the lines above a table name: one line with two dates, or one
// with a start date and one with an end date.
func periodOfHead(head []string) (Period, bool, error) {
	var found []Period
	var start, end time.Time
	for _, line := range head {
		dates, err := datesIn(line)
		if err != nil {
			continue // a number that looks like a date
		}
		word := strings.ToLower(line)
		switch {
		case len(dates) == 2 && !dates[1].Before(dates[0]):
			found = append(found, Period{dates[0], dates[1]})
		case len(dates) == 1 && strings.Contains(word, "start"):
			start = dates[0]
		case len(dates) == 1 && strings.Contains(word, "end"):
			end = dates[0]
		}
	}
	if !start.IsZero() && !end.Before(start) {
		found = append(found, Period{start, end})
	}
	for _, p := range found {
		if p != found[0] {
			return Period{}, false, errSeveralPeriods
		}
	}
	if len(found) == 0 {
		return Period{}, false, nil
	}
	return found[0], true, nil
}
