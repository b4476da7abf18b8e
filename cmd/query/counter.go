package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
)

// A counterReport writes the rows of a question as COUNTER's Dataset Report: by the Code of
// Practice for Research Data, release RD1, sections 6 and 7. Rows come by dataset, access method,
// metric and month.
type counterReport struct {
	w      io.Writer
	head   *counterHead
	isJSON bool
	begun  bool
	rows   []row // of the dataset that is being read
	count  int   // datasets written
}

// counterForms makes out write COUNTER's forms, tab-separated and JSON, and returns what reads the
// report's head from the file.
func counterForms(out *output) func(context.Context, *engine, args) error {
	head := &counterHead{}
	form := func(isJSON bool) newSink {
		return func(w io.Writer, _ *arrow.Schema, _ int) (sink, error) {
			return &counterReport{w: w, head: head, isJSON: isJSON}, nil
		}
	}
	out.own = map[string]newSink{"tsv": form(false), "json": form(true)}
	out.standard = "tsv"
	return head.read
}

func (r *counterReport) write(batch arrow.RecordBatch) error {
	if err := r.begin(); err != nil {
		return err
	}
	for _, row := range appendRows(nil, batch) {
		if len(r.rows) > 0 && r.rows[0]["Other_ID"] != row["Other_ID"] {
			if err := r.flush(); err != nil {
				return err
			}
		}
		r.rows = append(r.rows, row)
	}
	return nil
}

func (r *counterReport) end(_ int64, more bool) error {
	if more {
		return usageError{errors.New("a COUNTER report is whole: leave --limit out, or choose another --format")}
	}
	if err := r.begin(); err != nil {
		return err
	}
	if err := r.flush(); err != nil || !r.isJSON {
		return err
	}
	_, err := io.WriteString(r.w, "\n]}\n")
	return err
}

func (r *counterReport) begin() error {
	if r.begun {
		return nil
	}
	r.begun = true
	if !r.isJSON {
		return r.head.writeTable(r.w)
	}
	head, err := counterJSON(r.head.json())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.w, "{\"report-header\":%s,\n\"report-datasets\":[", head)
	return err
}

// flush writes one dataset.
func (r *counterReport) flush() error {
	if len(r.rows) == 0 {
		return nil
	}
	var text []byte
	var err error
	if r.isJSON {
		if text, err = counterJSON(r.dataset()); err != nil {
			return err
		}
		text = append([]byte{'\n'}, text...)
		if r.count > 0 {
			text = append([]byte{','}, text...)
		}
	} else {
		text = r.lines()
	}
	r.rows = r.rows[:0]
	r.count++
	_, err = r.w.Write(text)
	return err
}

// lines are the dataset's lines of the table: one for each access method and metric, with the
// months side by side.
func (r *counterReport) lines() []byte {
	var text []byte
	for i := 0; i < len(r.rows); {
		first, counts, total := r.rows[i], make([]string, len(r.head.months)), int64(0)
		for j := range counts {
			counts[j] = "0"
		}
		for ; i < len(r.rows) && r.rows[i]["Access_Method"] == first["Access_Method"] && r.rows[i]["Metric_Type"] == first["Metric_Type"]; i++ {
			counts[slices.IndexFunc(r.head.months, func(m counterMonth) bool { return m.begin == r.rows[i]["Month"] })] = r.rows[i]["Count"]
			total += count(r.rows[i])
		}
		// What is not known is left blank: creators, publication date, version, DOI, the
		// publisher's registered id; 0001 is COUNTER's word for an unknown year.
		text = appendTabbed(text, append([]string{
			first["Dataset_Title"], first["Publisher"], "", "", "", "", "", first["Other_ID"], first["URI"], "0001",
			first["Access_Method"], first["Metric_Type"], strconv.FormatInt(total, 10),
		}, counts...)...)
	}
	return text
}

func count(r row) (n int64) {
	n, _ = strconv.ParseInt(r["Count"], 10, 64) // the column is a bigint
	return n
}

// appendTabbed appends a line of a table whose values may hold neither tab nor newline.
func appendTabbed(text []byte, values ...string) []byte {
	for i, value := range values {
		if i > 0 {
			text = append(text, '\t')
		}
		text = append(text, strings.Join(strings.Fields(printable(value)), " ")...)
	}
	return append(text, '\n')
}

type (
	counterValue struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	counterDataset struct {
		Title       string               `json:"dataset-title"`
		ID          []counterValue       `json:"dataset-id"`
		Platform    string               `json:"platform"`
		Publisher   string               `json:"publisher"`
		PublisherID []counterValue       `json:"publisher-id"`
		DataType    string               `json:"data-type"`
		Year        string               `json:"yop"`
		URI         string               `json:"uri,omitempty"`
		Performance []counterPerformance `json:"performance"`
	}
	counterPeriod struct {
		Begin string `json:"begin-date"`
		End   string `json:"end-date"`
	}
	counterInstance struct {
		AccessMethod string `json:"access-method"`
		MetricType   string `json:"metric-type"`
		Count        int64  `json:"count"`
	}
	counterPerformance struct {
		Period   counterPeriod     `json:"period"`
		Instance []counterInstance `json:"instance"`
	}
)

// dataset is the dataset's element of the JSON report: a performance for each month with use.
func (r *counterReport) dataset() counterDataset {
	first := r.rows[0]
	d := counterDataset{
		Title: first["Dataset_Title"], ID: []counterValue{{"proprietary", first["Other_ID"]}}, Platform: first["Platform"],
		Publisher: first["Publisher"], PublisherID: []counterValue{}, DataType: "dataset", Year: "0001", URI: first["URI"],
	}
	if d.URI != "" {
		d.ID = append(d.ID, counterValue{"uri", d.URI})
	}
	for _, month := range r.head.months {
		p := counterPerformance{Period: counterPeriod{month.begin, month.end}}
		for _, row := range r.rows {
			if row["Month"] == month.begin {
				metric := strings.ToLower(strings.ReplaceAll(row["Metric_Type"], "_", "-"))
				p.Instance = append(p.Instance, counterInstance{strings.ToLower(row["Access_Method"]), metric, count(row)})
			}
		}
		if len(p.Instance) > 0 {
			d.Performance = append(d.Performance, p)
		}
	}
	return d
}

// counterJSON is one line of JSON, with the characters of addresses as they are.
func counterJSON(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(text.Bytes()), err
}

// monthName is a month as the table's columns are called: Mar-2026.
func monthName(begin string) string {
	month, err := time.Parse(time.DateOnly, begin)
	if err != nil {
		return begin
	}
	return month.Format("Jan-2006")
}
