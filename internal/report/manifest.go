package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Manifest says what a report is, what it was made from and which files it has: what it takes to make it again.
type Manifest struct {
	Title         string          `json:"title"`
	Quarter       string          `json:"quarter"`
	Edition       string          `json:"edition"`
	Publisher     string          `json:"publisher,omitempty"` // short name; empty: the whole portal
	QuarterStart  string          `json:"quarter_start"`
	QuarterEnd    string          `json:"quarter_end"`
	FactsEnd      string          `json:"facts_end"` // the last day of the quarter that the published file knew
	IsProvisional bool            `json:"is_provisional"`
	Revises       string          `json:"revises,omitempty"` // date on which the report that it revises was recorded as final
	Version       string          `json:"footfall_version"`
	Inputs        []ManifestInput `json:"inputs"`
	Files         []ManifestFile  `json:"files"` // all but manifest.json and final.json
}

// ManifestInput is a SQL file and what it gave. In a public edition rows with counts of people have no digest: who knows
// all rows but a few counts that are kept confidential could try these until the digest fits.
type ManifestInput struct {
	File       string `json:"file"`
	TextSHA256 string `json:"text_sha256"`
	RowCount   int    `json:"row_count"`
	RowsSHA256 string `json:"rows_sha256,omitempty"`
}

// ManifestFile is a file of the report.
type ManifestFile struct {
	Path   string `json:"path"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// addManifest adds manifest.json, which knows all other files.
func (f Files) addManifest(r *Report) error {
	m := Manifest{
		Title:         r.Title,
		Quarter:       r.Quarter,
		Edition:       r.Edition,
		Publisher:     r.PublisherName,
		QuarterStart:  r.QuarterStart.Format(time.DateOnly),
		QuarterEnd:    r.QuarterEnd.Format(time.DateOnly),
		FactsEnd:      earlier(r.AsOf, r.QuarterEnd).Format(time.DateOnly),
		IsProvisional: r.IsProvisional,
		Version:       r.Version,
		Inputs:        []ManifestInput{},
	}
	if !r.Revises.IsZero() {
		m.Revises = r.Revises.Format(time.DateOnly)
	}
	for _, input := range r.Inputs {
		if r.Edition == Public && !input.IsOpen {
			input.RowsSHA256 = ""
		}
		m.Inputs = append(m.Inputs, ManifestInput{input.File, input.TextSHA256, input.RowCount, input.RowsSHA256})
	}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		m.Files = append(m.Files, ManifestFile{name, len(f[name]), digest(f[name])})
	}
	content, err := marshal(m)
	if err != nil {
		return fmt.Errorf("report: manifest: %w", err)
	}
	f[manifestFile] = content
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// readManifest reads the manifest among the files.
func (f Files) readManifest() (*Manifest, error) {
	content, ok := f[manifestFile]
	if !ok {
		return nil, fmt.Errorf("it has no %s, so it is no report", manifestFile)
	}
	m := new(Manifest)
	if err := json.Unmarshal(content, m); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestFile, err)
	}
	return m, nil
}

// about says which report it is, for messages.
func (m *Manifest) about() string {
	about := m.Edition + " edition of " + m.Quarter
	if m.Publisher != "" {
		about += " for publisher " + m.Publisher
	}
	return about
}

// HasXLSX says whether the report was written as an Excel workbook too.
func (m *Manifest) HasXLSX() bool {
	return slices.ContainsFunc(m.Files, func(f ManifestFile) bool { return strings.HasSuffix(f.Path, ".xlsx") })
}

// marshal is JSON for people: indented, with a newline at its end and no character escaped that need not be.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return b.Bytes(), err
}
