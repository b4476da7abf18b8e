package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// A counterHead is what a COUNTER report says of itself: its period, and what it lacks.
type counterHead struct {
	months     []counterMonth
	exceptions []counterException
	created    string // when the usage was prepared, RFC 3339
	createdBy  string
}

// A counterMonth is a month of the report; end is its last day in the data, so that a month that is
// not over is partial, as COUNTER allows.
type counterMonth struct{ begin, end string }

type counterException struct {
	Code     int    `json:"code"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Data     string `json:"data"`
}

// maxCounterMonths bounds a report to what somebody might read.
const maxCounterMonths = 60

const counterMonthsSQL = `
select
    asked.month as begin,
    coalesce(last_date, last_day(asked.month)) as "end",
    strftime(asked.month, '%Y-%m') as name,
    month_start_date is not null as is_known,
    is_whole,
    day_count - day_in_data_count as absent_days,
    missed_days,
    first_missed_date,
    last_missed_date,
    (select min(first_date) from build_setting) as first_date,
    (select max(as_of_date) from build_setting) as as_of_date
from (
    select cast($month + to_months(i::integer) as date) as month
    from range($months) as numbers(i)
) as asked
left join month_coverage on month_start_date = asked.month
order by begin`

// read reads the head for the months of the question's parameters.
func (h *counterHead) read(ctx context.Context, e *engine, values args) error {
	if n, _ := values["months"].(int64); n < 1 || n > maxCounterMonths {
		return usageError{fmt.Errorf("--param months=%d: a report has 1 to %d months", n, maxCounterMonths)}
	}
	months, err := e.rows(ctx, counterMonthsSQL, values)
	if err != nil {
		return err
	}
	known := 0
	for _, m := range months {
		h.months = append(h.months, counterMonth{m["begin"], m["end"]})
		if m["is_known"] == "true" {
			known++
		}
		if lack := lackOf(m); lack != "" {
			h.exceptions = append(h.exceptions, counterException{3040, "warning", "Partial Data Returned", m["name"] + ": " + lack})
		}
	}
	if known == 0 {
		return fmt.Errorf("there is no data of these months: it goes from %s to %s", months[0]["first_date"], months[0]["as_of_date"])
	}
	built, err := e.rows(ctx, `
		select max(value) filter (key = 'built_at') as at, max(value) filter (key = 'version') as version from build_info`, nil)
	if err != nil {
		return err
	}
	h.created, h.createdBy = built[0]["at"], strings.TrimSpace("Footfall "+built[0]["version"])
	for _, form := range []string{time.RFC3339, time.DateTime} {
		if at, err := time.Parse(form, h.created); err == nil {
			h.created = at.UTC().Format(time.RFC3339)
		}
	}
	return nil
}

// lackOf says in words what of a month was not seen; empty: nothing.
func lackOf(m row) string {
	if m["is_whole"] == "true" {
		return ""
	}
	if m["is_known"] != "true" {
		return "no day of it is in the data"
	}
	var lacks []string
	if n := m["absent_days"]; n != "0" {
		lacks = append(lacks, n+" of its days are not in the data, which goes from "+m["first_date"]+" to "+m["as_of_date"])
	}
	if n := m["missed_days"]; n != "0" {
		lacks = append(lacks, "on "+n+" of its days, from "+m["first_missed_date"]+" to "+m["last_missed_date"]+", a log has a gap, so that use may be missing")
	}
	return strings.Join(lacks, "; ")
}

// counterMetrics are the metrics of a report, in its order.
const counterMetrics = "Total_Dataset_Investigations; Total_Dataset_Requests; Unique_Dataset_Investigations; Unique_Dataset_Requests"

// writeTable writes the ten rows of the head, the blank one, and the columns' names.
func (h *counterHead) writeTable(w io.Writer) error {
	var exceptions []string
	for _, e := range h.exceptions {
		exceptions = append(exceptions, fmt.Sprintf("%d: %s (%s)", e.Code, e.Message, e.Data))
	}
	created, _, _ := strings.Cut(h.created, "T")
	var text []byte
	for _, line := range [][2]string{
		{"Report_Name", "Dataset Master Report"},
		{"Report_ID", "DSR"},
		{"Release", "RD1"},
		{"Metric_Types", counterMetrics},
		{"Report_Filters", ""},
		{"Report_Attributes", "Attributes_To_Show=YOP|Access_Method"},
		{"Exceptions", strings.Join(exceptions, "; ")},
		{"Reporting_Period", fmt.Sprintf("begin_date=%s; end_date=%s", h.months[0].begin, h.months[len(h.months)-1].end)},
		{"Created", created},
		{"Created_By", h.createdBy},
	} {
		text = appendTabbed(text, line[:]...)
	}
	columns := []string{
		"Dataset_Title", "Publisher", "Publisher_ID", "Creators", "Publication_Date", "Dataset_Version", "DOI", "Other_ID",
		"URI", "YOP", "Access_Method", "Metric_Type", "Reporting_Period_Total",
	}
	for _, m := range h.months {
		columns = append(columns, monthName(m.begin))
	}
	_, err := w.Write(appendTabbed(append(text, '\n'), columns...))
	return err
}

// json is the head of the JSON report.
func (h *counterHead) json() any {
	exceptions := h.exceptions
	if exceptions == nil {
		exceptions = []counterException{}
	}
	return struct {
		Name       string             `json:"report-name"`
		ID         string             `json:"report-id"`
		Release    string             `json:"release"`
		Created    string             `json:"created"`
		CreatedBy  string             `json:"created-by"`
		Period     counterPeriod      `json:"reporting-period"`
		Filters    []counterValue     `json:"report-filters"`
		Attributes []counterValue     `json:"report-attributes"`
		Exceptions []counterException `json:"exceptions"`
	}{
		"dataset report", "DSR", "rd1", h.created, h.createdBy,
		counterPeriod{h.months[0].begin, h.months[len(h.months)-1].end},
		[]counterValue{},
		[]counterValue{},
		exceptions,
	}
}
