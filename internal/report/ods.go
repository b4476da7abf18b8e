package report

import (
	"archive/zip"
	"bufio"
	"bytes"
	_ "embed" // the fixed parts of the spreadsheet
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
	"time"
)

//go:embed ods/manifest.xml
var odsManifest string

//go:embed ods/styles.xml
var odsStyles string

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

	odsNamespaces = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
		`xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
		`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
		`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
		`xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
		`xmlns:xlink="http://www.w3.org/1999/xlink"`

	odsContentStyles = `<style:style style:name="wide" style:family="table-column">` +
		`<style:table-column-properties style:column-width="20cm"/></style:style>` +
		`<style:style style:name="row" style:family="table-row">` +
		`<style:table-row-properties style:use-optimal-row-height="true"/></style:style>`
)

// odsFile is the report as an OpenDocument spreadsheet, version 1.2, which LibreOffice and Excel open.
//
// It is written here and not by a library, since none for Go writes it: a zip whose first file, mimetype, is stored
// as it is. Nothing in it has a time of its own, so the same report is the same bytes.
func odsFile(r *Report) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const mimetype = "application/vnd.oasis.opendocument.spreadsheet"
	first, err := z.CreateRaw(&zip.FileHeader{
		Name:               "mimetype",
		CRC32:              crc32.ChecksumIEEE([]byte(mimetype)),
		CompressedSize64:   uint64(len(mimetype)),
		UncompressedSize64: uint64(len(mimetype)),
	})
	if err == nil {
		_, err = io.WriteString(first, mimetype)
	}
	if err != nil {
		return nil, fmt.Errorf("report: spreadsheet: %w", err)
	}
	for _, file := range []struct {
		name  string
		write func(*bufio.Writer)
	}{
		{"META-INF/manifest.xml", func(w *bufio.Writer) { writeString(w, odsManifest) }},
		{"meta.xml", func(w *bufio.Writer) { writeODSMeta(w, r) }},
		{"styles.xml", func(w *bufio.Writer) { writeString(w, odsStyles) }},
		{"content.xml", func(w *bufio.Writer) { writeODSContent(w, sheets(r)) }},
	} {
		part, err := z.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: zipTime})
		if err != nil {
			return nil, fmt.Errorf("report: spreadsheet: %w", err)
		}
		w := bufio.NewWriter(part)
		file.write(w)
		if err := w.Flush(); err != nil {
			return nil, fmt.Errorf("report: spreadsheet: %s: %w", file.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("report: spreadsheet: %w", err)
	}
	return b.Bytes(), nil
}

// zipTime is the time of all files in a zip: the first that the format knows.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// writeString keeps its error in w, which Flush returns.
func writeString(w *bufio.Writer, parts ...string) {
	for _, part := range parts {
		_, _ = w.WriteString(part)
	}
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func writeODSMeta(w *bufio.Writer, r *Report) {
	creator := r.Portal
	if creator == "" {
		creator = "Footfall"
	}
	writeString(w, xmlHead, `<office:document-meta `, odsNamespaces, ` office:version="1.2"><office:meta>`,
		`<meta:generator>Footfall</meta:generator>`,
		`<dc:title>`, xmlText.Replace(clean(r.Title)), `</dc:title>`,
		`<dc:subject>`, xmlText.Replace(clean("Use of datasets, "+r.Quarter)), `</dc:subject>`,
		`<meta:initial-creator>`, xmlText.Replace(clean(creator)), `</meta:initial-creator>`,
		`<dc:creator>`, xmlText.Replace(clean(creator)), `</dc:creator>`,
		`<dc:language>en-GB</dc:language>`,
		`</office:meta></office:document-meta>`)
}

func writeODSContent(w *bufio.Writer, all []sheet) {
	writeString(w, xmlHead, `<office:document-content `, odsNamespaces, ` office:version="1.2"><office:automatic-styles>`)
	widths := map[int]bool{}
	for _, s := range all {
		for _, column := range s.columns {
			if !widths[column.width] {
				widths[column.width] = true
				width := strconv.Itoa(column.width)
				writeString(w, `<style:style style:name="w`, width, `" style:family="table-column">`,
					`<style:table-column-properties style:column-width="`, odsWidth(column.width), `"/></style:style>`)
			}
		}
	}
	writeString(w, odsContentStyles, `</office:automatic-styles><office:body><office:spreadsheet>`)
	for i := range all {
		writeODSSheet(w, &all[i])
	}
	writeString(w, `<table:database-ranges>`)
	for _, s := range all {
		if s.table != "" {
			writeString(w, `<table:database-range table:name="`, s.table, `" table:target-range-address="'`, s.name,
				`'.A`, strconv.Itoa(len(s.lines)+1), `:'`, s.name, `'.`, columnLetters(len(s.columns)),
				strconv.Itoa(len(s.lines)+1+len(s.rows)), `" table:contains-header="true" table:display-filter-buttons="false"/>`)
		}
	}
	writeString(w, `</table:database-ranges></office:spreadsheet></office:body></office:document-content>`)
}

// odsWidth is a column's width for text of 12 points.
func odsWidth(characters int) string { return fmt.Sprintf("%.2fcm", 0.23*float64(characters)) }

func writeODSSheet(w *bufio.Writer, s *sheet) {
	writeString(w, `<table:table table:name="`, s.name, `">`)
	if s.table == "" {
		writeString(w, `<table:table-column table:style-name="wide" table:default-cell-style-name="Default"/>`)
	}
	for _, column := range s.columns {
		writeString(w, `<table:table-column table:style-name="w`, strconv.Itoa(column.width),
			`" table:default-cell-style-name="Default"/>`)
	}
	for i, line := range s.lines {
		style := "Line"
		switch {
		case i == 0:
			style = "Heading_20_1"
		case s.table == "":
			style = "Text"
		}
		writeString(w, `<table:table-row table:style-name="row">`)
		writeODSCell(w, line, style, Text)
		writeString(w, `</table:table-row>`)
	}
	if s.table != "" {
		writeString(w, `<table:table-header-rows><table:table-row table:style-name="row">`)
		for _, column := range s.columns {
			style := "Header"
			if column.kind.isNumeric() {
				style = "HeaderOfNumbers"
			}
			writeODSCell(w, sheetCell{value: column.title}, style, Text)
		}
		writeString(w, `</table:table-row></table:table-header-rows>`)
	}
	for _, row := range s.rows {
		writeString(w, `<table:table-row table:style-name="row">`)
		for c, cell := range row {
			writeODSCell(w, cell, cellStyles[s.columns[c].kind], s.columns[c].kind)
		}
		writeString(w, `</table:table-row>`)
	}
	writeString(w, `</table:table>`)
}

// cellStyles are the styles of values; those of numbers align a mark in their place as they do numbers.
var cellStyles = map[Kind]string{
	Text: "Text", Link: "Text", YesNo: "Text", Date: "Date", Count: "Count", Number: "Number", Share: "Share",
}

func writeODSCell(w *bufio.Writer, cell sheetCell, style string, kind Kind) {
	writeString(w, `<table:table-cell table:style-name="`, style, `" office:value-type="`)
	text := display(cell.value, kind)
	switch v := cell.value.(type) {
	case int64:
		text = strconv.FormatInt(v, 10)
		writeString(w, `float" office:value="`, text)
	case float64:
		valueType := "float"
		if kind == Share {
			valueType = "percentage"
		}
		writeString(w, valueType, `" office:value="`, strconv.FormatFloat(v, 'f', -1, 64))
	case time.Time:
		writeString(w, `date" office:date-value="`, v.Format(time.DateOnly))
	default:
		writeString(w, `string`)
	}
	writeString(w, `"><text:p>`)
	switch {
	case strings.HasPrefix(cell.link, "#"):
		writeString(w, `<text:a xlink:type="simple" xlink:href="#'`, cell.link[1:], `'.A1">`, xmlText.Replace(text), `</text:a>`)
	case cell.link != "":
		writeString(w, `<text:a xlink:type="simple" xlink:href="`, xmlText.Replace(cell.link), `">`, xmlText.Replace(text), `</text:a>`)
	default:
		writeString(w, xmlText.Replace(text))
	}
	writeString(w, `</text:p></table:table-cell>`)
}

// columnLetters is the name of the nth column of a sheet: 1 is A, 27 is AA.
func columnLetters(n int) string {
	letters := ""
	for ; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters
}
