package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"
)

// Final is the record that a report is the final one of its quarter. It stands beside the report, in final.json.
type Final struct {
	Quarter        string    `json:"quarter"`
	Edition        string    `json:"edition"`
	Publisher      string    `json:"publisher,omitempty"` // short name; empty: the whole portal
	IsProvisional  bool      `json:"is_provisional"`
	RecordedBy     string    `json:"recorded_by"`
	RecordedAt     time.Time `json:"recorded_at"`     // UTC, to the second
	ManifestSHA256 string    `json:"manifest_sha256"` // of manifest.json, which has the digests of all files and inputs
}

// Freeze records that the report in dir is the final one of its quarter, as by says at now. Where that is recorded
// already, the record is left as it is: isNew is false.
//
// A provisional report may be final: what its sources lost may never come. It is an error if the quarter has not ended, if the report ends before it, or if a file is not as it was written.
func Freeze(dir, by string, now time.Time) (final *Final, isNew bool, err error) {
	folder, err := openFolder(dir)
	if err != nil {
		return nil, false, err
	}
	m := folder.manifest
	end, err := time.Parse(time.DateOnly, m.QuarterEnd)
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("report %s: %s: quarter_end: %w", dir, manifestFile, err)
	case len(folder.changed) > 0:
		return nil, false, fmt.Errorf("report %s: %s is not as it was written: build the report again", dir, folder.changed[0])
	case folder.final != nil:
		return folder.final, false, nil
	case now.Before(end.AddDate(0, 0, 1)):
		return nil, false, fmt.Errorf("report %s: %s ends on %s: a report is final after that day at the earliest",
			dir, m.Quarter, longDate(end))
	case m.FactsEnd < m.QuarterEnd:
		return nil, false, fmt.Errorf("report %s: its facts end on %s and the quarter on %s: build it again from a later published file",
			dir, m.FactsEnd, m.QuarterEnd)
	}
	final = &Final{
		Quarter:        m.Quarter,
		Edition:        m.Edition,
		Publisher:      m.Publisher,
		IsProvisional:  m.IsProvisional,
		RecordedBy:     by,
		RecordedAt:     now.UTC().Truncate(time.Second),
		ManifestSHA256: digest(folder.files[manifestFile]),
	}
	content, err := marshal(final)
	if err != nil {
		return nil, false, fmt.Errorf("report %s: %s: %w", dir, finalFile, err)
	}
	return final, true, writeWhole(dir, finalFile, content)
}

// readFinal reads the record among the files, if there is one, and holds it against their manifest.
func (f Files) readFinal() (*Final, error) {
	content, ok := f[finalFile]
	if !ok {
		return nil, nil
	}
	final := new(Final)
	if err := json.Unmarshal(content, final); err != nil {
		return nil, fmt.Errorf("%s: %w", finalFile, err)
	}
	if final.ManifestSHA256 != digest(f[manifestFile]) {
		return nil, fmt.Errorf("%s was recorded for another %s", finalFile, manifestFile)
	}
	return final, nil
}

const revisionsName = "00_revisions"

// revise marks in r which figures differ from the final report of the same quarter, and lists them as revisions. A
// publisher's report lists those of its own datasets, and marks what its tables share with those of the portal.
func (r *Report) revise(final *folder) error {
	now, err := renderTables(r)
	if err != nil {
		return err
	}
	differences, err := compareTables(final.files, now, false)
	if err != nil {
		return err
	}
	day := final.final.RecordedAt.UTC().Truncate(24 * time.Hour)
	r.Revises = day
	for i := range r.Publishers {
		r.Publishers[i].Report.Revises = day
	}
	cells := map[string]bool{} // that are revised, by their table, row and column
	for _, d := range differences {
		if r.isLatest(&d) {
			continue
		}
		owner, table := r.find(d.File)
		if owner == nil { // a publisher that has no datasets any more
			owner = r
		}
		owner.Revisions = append(owner.Revisions, d.revision(table))
		if table == nil || d.row < 0 {
			continue
		}
		table.Rows[d.row][max(d.column, 0)].revise()
		cells[table.cellName(d.row, max(d.column, 0))] = true
	}
	r.Marks = usedMarks(r)
	for i := range r.Publishers {
		p := &r.Publishers[i]
		for _, table := range p.Report.tables() {
			table.revise(cells)
		}
		p.Report.Marks = usedMarks(&p.Report, p.Datasets)
	}
	return nil
}

// revise marks those of the table's cells that have one of the names.
func (t *Table) revise(names map[string]bool) {
	if len(names) == 0 || t.Key == 0 {
		return
	}
	for r := range t.Rows {
		for c := range t.Columns {
			if names[t.cellName(r, c)] {
				t.Rows[r][c].revise()
			}
		}
	}
}

// cellName names a cell in all tables of the report.
func (t *Table) cellName(row, column int) string {
	return t.Name + ": " + t.rowKey(t.Rows[row]) + ": " + t.Columns[column].Name
}

func (c *Cell) revise() {
	if !slices.Contains(c.Marks, revised) { // rows may stand in two tables
		c.Marks = append(slices.Clone(c.Marks), revised)
	}
}

// find returns the table that is written to file, and the report whose it is: r or a publisher's.
func (r *Report) find(file string) (*Report, *Table) {
	for s := range r.Sections {
		for t := range r.Sections[s].Tables {
			if table := &r.Sections[s].Tables[t]; path.Join(tablesFolder, table.Name+".csv") == file {
				return r, table
			}
		}
	}
	for p := range r.Publishers {
		if publisher := &r.Publishers[p]; path.Join(publisherFolder, publisher.Name+".csv") == file {
			return &publisher.Report, &publisher.Datasets
		}
	}
	return nil, nil
}

// isLatest says that the difference is in what tells of the last day of the published file.
func (r *Report) isLatest(d *Difference) bool {
	_, table := r.find(d.File)
	if table == nil {
		return false
	}
	isOfQuarter, isThere := false, false
	for _, column := range table.Columns {
		if d.Column == "" || d.Column == column.Name {
			isThere = true
			isOfQuarter = isOfQuarter || !column.IsLatest
		}
	}
	return isThere && !isOfQuarter
}

// revision is the difference as the report lists it; table is nil if the report has it no more.
func (d *Difference) revision(table *Table) Revision {
	file := path.Base(d.File)
	v := Revision{Table: file[:len(file)-len(".csv")], Row: d.Row, Column: d.Column, Before: d.Before, After: d.After}
	v.TableTitle, v.ColumnTitle = v.Table, v.Column
	if table != nil {
		v.TableTitle = table.Title
		for _, column := range table.Columns {
			if column.Name == d.Column {
				v.ColumnTitle = column.Title
			}
		}
	}
	if v.Row == "" {
		v.Row = "all rows"
	}
	if v.Column == "" {
		v.Column, v.ColumnTitle = "all", "all columns"
	}
	return v
}

// base finds the final report that a report in dir revises: the one in finalDir if it is given; else the one in dir if
// it is final; else the last that was kept in dir's folder previous. It returns nil if there is none.
func base(dir, finalDir string) (*folder, error) {
	if finalDir != "" {
		f, err := openFolder(finalDir)
		if err == nil && f.final == nil {
			err = fmt.Errorf("report %s is not recorded as final: record it with --freeze", finalDir)
		}
		return f, err
	}
	f, err := openFolder(dir)
	if errors.Is(err, errNoFolder) {
		return nil, nil
	}
	if err != nil || f.final != nil {
		return f, err
	}
	return f.lastPrevious()
}
