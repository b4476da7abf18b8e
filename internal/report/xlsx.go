package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// xlsxFile is the same spreadsheet as an Excel workbook, for those whose tools read nothing else.
func xlsxFile(r *Report) ([]byte, error) {
	b := workbook{file: excelize.NewFile(), styles: map[string]int{}}
	for i, s := range sheets(r) {
		if err := b.add(i, &s); err != nil {
			return nil, fmt.Errorf("report: workbook: sheet %s: %w", s.name, err)
		}
	}
	// The workbook has no time of its own: it is said to be of the quarter's last day.
	day := r.QuarterEnd.Format(time.DateOnly) + "T00:00:00Z"
	var content bytes.Buffer
	err := errors.Join(
		b.file.SetDocProps(&excelize.DocProperties{
			Title: clean(r.Title), Subject: "Use of datasets, " + r.Quarter, Creator: "Footfall", LastModifiedBy: "Footfall",
			Language: "en-GB", Created: day, Modified: day,
		}),
		b.file.Write(&content),
		b.file.Close(),
	)
	if err != nil {
		return nil, fmt.Errorf("report: workbook: %w", err)
	}
	return sameZip(content.Bytes())
}

type workbook struct {
	file   *excelize.File
	styles map[string]int
}

func (b *workbook) add(index int, s *sheet) error {
	var err error
	if index == 0 {
		err = b.file.SetSheetName("Sheet1", s.name)
	} else {
		_, err = b.file.NewSheet(s.name)
	}
	if err != nil {
		return err
	}
	if s.table == "" {
		if err := b.file.SetColWidth(s.name, "A", "A", 90); err != nil {
			return err
		}
	}
	for c, column := range s.columns {
		letters := columnLetters(c + 1)
		// Text of 12 points is wider than that of 11, in which Excel counts.
		if err := b.file.SetColWidth(s.name, letters, letters, 1.15*float64(column.width)); err != nil {
			return err
		}
	}
	for i, line := range s.lines {
		style := "Line"
		switch {
		case i == 0:
			style = "Heading"
		case s.table == "":
			style = "Text"
		}
		if err := b.set(s.name, 1, i+1, line, style); err != nil {
			return err
		}
	}
	if s.table == "" {
		return nil
	}
	return b.addTable(s)
}

func (b *workbook) addTable(s *sheet) error {
	top := len(s.lines) + 1
	for c, column := range s.columns {
		style := "Header"
		if column.kind.isNumeric() {
			style = "HeaderOfNumbers"
		}
		if err := b.set(s.name, c+1, top, sheetCell{value: column.title}, style); err != nil {
			return err
		}
		for i, row := range s.rows {
			if err := b.set(s.name, c+1, top+1+i, row[c], cellStyles[column.kind]); err != nil {
				return err
			}
		}
	}
	if len(s.rows) == 0 {
		return nil // a table of Excel's has a row at least
	}
	stripes := false
	return b.file.AddTable(s.name, &excelize.Table{
		Range:          fmt.Sprintf("A%d:%s%d", top, columnLetters(len(s.columns)), top+len(s.rows)),
		Name:           s.table,
		ShowRowStripes: &stripes,
	})
}

func (b *workbook) set(sheetName string, column, row int, cell sheetCell, style string) error {
	at := columnLetters(column) + strconv.Itoa(row)
	var err error
	switch v := cell.value.(type) {
	case int64:
		err = b.file.SetCellInt(sheetName, at, v)
	case float64:
		err = b.file.SetCellFloat(sheetName, at, v, -1, 64)
	case time.Time:
		err = b.file.SetCellValue(sheetName, at, v)
	default:
		err = b.file.SetCellStr(sheetName, at, fmt.Sprint(v))
	}
	if err != nil {
		return err
	}
	number, err := b.style(style)
	if err != nil {
		return err
	}
	if err := b.file.SetCellStyle(sheetName, at, at, number); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(cell.link, "#"):
		return b.file.SetCellHyperLink(sheetName, at, "'"+cell.link[1:]+"'!A1", "Location")
	case cell.link != "":
		return b.file.SetCellHyperLink(sheetName, at, cell.link, "External")
	}
	return nil
}

// style is the workbook's number for a style, which is made when it is first asked for.
func (b *workbook) style(name string) (int, error) {
	if number, ok := b.styles[name]; ok {
		return number, nil
	}
	style := excelize.Style{
		Font:      &excelize.Font{Family: "Arial", Size: 12},
		Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "top", WrapText: true},
	}
	switch name {
	case "Heading":
		style.Font.Size, style.Font.Bold, style.Alignment.WrapText = 16, true, false
	case "Line":
		style.Alignment.WrapText = false
	case "Header":
		style.Font.Bold = true
	case "HeaderOfNumbers":
		style.Font.Bold, style.Alignment.Horizontal = true, "right"
	case "Count", "Number", "Share":
		style.Alignment.Horizontal = "right"
	}
	if format := map[string]string{
		"Count": "#,##0", "Number": "#,##0.00", "Share": "0.0%", "Date": "d mmmm yyyy",
	}[name]; format != "" {
		style.CustomNumFmt = &format
	}
	number, err := b.file.NewStyle(&style)
	b.styles[name] = number
	return number, err
}

// autoFilter is the part of a table's XML that gives it buttons, which the guidance on spreadsheets advises against.
var autoFilter = regexp.MustCompile(`<autoFilter[^>]*?(/>|>.*?</autoFilter>)`)

// sameZip packs a workbook anew, so that the same files are the same bytes: in order, without times.
func sameZip(content []byte) ([]byte, error) {
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("report: workbook: %w", err)
	}
	files := slices.Clone(from.File)
	slices.SortFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) }) // the types, [C…, come first
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, file := range files {
		text, err := readZipped(file)
		if err != nil {
			return nil, fmt.Errorf("report: workbook: %s: %w", file.Name, err)
		}
		if strings.HasPrefix(file.Name, "xl/tables/") {
			text = autoFilter.ReplaceAll(text, nil)
		}
		part, err := to.CreateHeader(&zip.FileHeader{Name: file.Name, Method: zip.Deflate, Modified: zipTime})
		if err == nil {
			_, err = part.Write(text)
		}
		if err != nil {
			return nil, fmt.Errorf("report: workbook: %s: %w", file.Name, err)
		}
	}
	err = to.Close()
	return b.Bytes(), err
}

func readZipped(file *zip.File) ([]byte, error) {
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	return text, errors.Join(err, r.Close())
}
