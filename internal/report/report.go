// Package report makes the quarterly usage report from the published file.
//
// The one idea: a report is data before it is a page. The SQL files of sql/report are read once into a [Report],
// tables, charts and sentences together, and every form (a page, tables, a spreadsheet) is written from that
// one value, so no two forms can differ in a figure.
package report

import (
	"html/template"
	"time"
)

// The two editions. The public one keeps small counts of clients to itself.
const (
	Internal = "internal"
	Public   = "public"
)

// Report is a quarter's report, ready to be written in any form. The same published rows make the same Report.
type Report struct {
	Title   string
	Quarter string // the label of dim_date, such as 2026Q3
	Edition string // Internal or Public
	// Publisher is the title of the publisher whose datasets alone the report is about; empty: the whole portal.
	Publisher     string
	PublisherName string // its short name in the catalogue, which names its files; empty: the whole portal

	QuarterStart, QuarterEnd time.Time // first and last day, UTC dates
	AsOf                     time.Time // the last day of the published file, a UTC date

	IsProvisional  bool
	ProvisionalWhy []string // a sentence each; empty if IsProvisional is false

	Portal  string // what the portal is called, such as data.example.org
	Contact string // whom to ask; empty: not said

	Sections  []Section // in the order of the files of sql/report
	Notes     []Note    // [note 1] is Notes[0]
	Glossary  []Term
	Marks     []Term     // the shorthand marks that tables of this report use, and what they mean
	Revisions []Revision // what differs from the final report of this quarter, if one was recorded; set by [Revise]
	Revises   time.Time  // the day on which that report was recorded, a UTC date; zero: there is none

	Publishers []PublisherReport // by title; empty in a publisher's own report

	Inputs  []Input // what it was made from: each SQL file with the rows it gave, in order
	Version string  // of footfall, which made it
	Licence string  // URL of the licence of its tables; empty: not said
}

// Input is one SQL file of the report and the rows it gave, by their digests. It is made by [NewInput].
type Input struct {
	File       string // such as sql/report/02_status.sql
	TextSHA256 string // of the file's text, in hexadecimal
	RowCount   int
	RowsSHA256 string // of the columns' names and the rows, in order
	IsOpen     bool   // nothing in the rows is confidential in any edition
}

// PublisherReport is the report of one publisher: its own datasets, its own actions.
type PublisherReport struct {
	Name     string // the publisher's short name in the catalogue: publishers/NAME.html and NAME.csv
	Report   Report
	Datasets Table // each of its datasets, with what to do: the rows of NAME.csv
}

// Section is a part of the report that answers one question.
type Section struct {
	Number     int    // 1 and up, as in the file's name
	Name       string // of the SQL file, such as 02_status
	Title      string
	Answer     string // the opening sentence, which answers the question from the data
	Paragraphs []string
	Charts     []Chart
	Tables     []Table
}

// Table is one table: a CSV, a sheet and a table of the page.
type Table struct {
	Name        string // unique in the report, a file's and a sheet's name, such as 02_status
	Title       string
	Description string // one sentence: what a row is
	Key         int    // how many of the first columns name a row; 0: none does
	Columns     []Column
	Rows        [][]Cell // as many cells a row as columns
}

// Kind says what a column's values are.
type Kind string

// The kinds of columns, with the Go type of their values.
const (
	Text   Kind = "text"   // string
	Count  Kind = "count"  // int64
	Number Kind = "number" // float64
	Share  Kind = "share"  // float64, 0 to 1
	Date   Kind = "date"   // time.Time, a UTC date
	Link   Kind = "link"   // string, a URL
	YesNo  Kind = "yesno"  // bool
)

// isNumeric says whether the values are numbers, which stand to the right.
func (k Kind) isNumeric() bool { return k == Count || k == Number || k == Share }

// Column describes the values below its heading.
type Column struct {
	Name        string // of the CSV, such as client_days
	Title       string // for people, such as Uses
	Description string
	Unit        string // such as client-days; empty: none
	Kind        Kind
	// IsLatest says that the values tell of the last day of the published file, such as advice what to do next, and
	// not of the quarter: they may be others every day, so that a change of one is no revision.
	IsLatest bool
}

// Cell is one value of a table.
type Cell struct {
	// Value has the type of the column's kind. It is nil only with a mark that says why: [x] not available,
	// [z] not applicable, [c] kept confidential.
	Value any
	Link  string   // where the value leads; empty: nowhere
	Marks []string // with their brackets, such as [p]
}

// Chart is a drawing of a table's figures.
type Chart struct {
	Name        string // unique in the report, fit for an id, such as chart_status
	Title       string
	Alternative string        // what the drawing shows, in words
	SVG         template.HTML // an svg element with title and desc, without script or style from elsewhere
	Table       string        // Table.Name of the one that holds its figures
}

// Note is one numbered remark on method or data. Tables and sentences refer to it as [note N].
type Note struct {
	Title string
	Text  string
}

// Term is a word or mark and its meaning.
type Term struct {
	Word    string
	Meaning string
}

// Revision is one cell that differs from the final report of the quarter.
type Revision struct {
	Table, TableTitle   string // Table.Name and .Title
	Row                 string // the values of the row's key, for people
	Column, ColumnTitle string // Column.Name and .Title
	Before, After       string
}
