package report

import (
	"fmt"
	"maps"
	"path"
)

// Files are a report's files: their content by their path in its folder, with slashes.
type Files map[string][]byte

// Where the files are in a report's folder.
const (
	manifestFile    = "manifest.json"
	finalFile       = "final.json"
	odsName         = "usage-report.ods"
	xlsxName        = "usage-report.xlsx"
	tablesFolder    = "tables"
	publisherFolder = "publishers"
	previousFolder  = "previous"
	metadataSuffix  = "-metadata.json"
)

// Render writes r in every form. The same report gives the same bytes.
func Render(r *Report, withXLSX bool) (Files, error) {
	files, err := renderTables(r)
	if err != nil {
		return nil, err
	}
	pages, err := r.pages()
	if err != nil {
		return nil, err
	}
	maps.Copy(files, pages)
	spreadsheets := map[string]func(*Report) ([]byte, error){odsName: odsFile}
	if withXLSX {
		spreadsheets[xlsxName] = xlsxFile
	}
	for name, write := range spreadsheets {
		content, err := write(r)
		if err != nil {
			return nil, err
		}
		files[name] = content
	}
	return files, files.addManifest(r)
}

// renderTables writes the tables of r and of its publishers alone, with their metadata.
func renderTables(r *Report) (Files, error) {
	if err := r.valid(); err != nil {
		return nil, err
	}
	files := Files{}
	tables := r.tables()
	if len(r.Revisions) > 0 {
		tables = append(tables, revisionsTable(r.Revisions))
	}
	for _, t := range tables {
		if err := files.addTable(r, t, path.Join(tablesFolder, t.Name+".csv")); err != nil {
			return nil, err
		}
	}
	for i := range r.Publishers {
		p := &r.Publishers[i]
		if err := files.addTable(&p.Report, p.Datasets, path.Join(publisherFolder, p.Name+".csv")); err != nil {
			return nil, fmt.Errorf("publisher %s: %w", p.Name, err)
		}
	}
	return files, nil
}

// addTable adds the CSV of a table at name, and its metadata beside it.
func (f Files) addTable(r *Report, t Table, name string) error {
	content, err := csvFile(t)
	if err != nil {
		return err
	}
	metadata, err := csvwFile(r, t, path.Base(name))
	if err != nil {
		return err
	}
	f[name], f[name+metadataSuffix] = content, metadata
	return nil
}
