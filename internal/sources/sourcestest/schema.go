package sourcestest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// schema maps table to column to the Arrow type that the loader expects.
type schema map[string]map[string]arrow.DataType

// arrowTypes are the types of our tables. Text is string, or a dictionary of strings, never
// large_string, and a time has no zone: it is UTC.
var arrowTypes = map[string]arrow.DataType{
	"bigint":    arrow.PrimitiveTypes.Int64,
	"integer":   arrow.PrimitiveTypes.Int32,
	"double":    arrow.PrimitiveTypes.Float64,
	"varchar":   arrow.BinaryTypes.String,
	"boolean":   arrow.FixedWidthTypes.Boolean,
	"timestamp": &arrow.TimestampType{Unit: arrow.Microsecond},
	"date":      arrow.FixedWidthTypes.Date32,
}

var (
	createTable = regexp.MustCompile(`(?s)create table ((?:raw|ledger)\.\w+) \((.*?)\n\);`)
	addColumn   = regexp.MustCompile(`alter table ((?:raw|ledger)\.\w+) add column (\w+ \w+)`)
	columnLine  = regexp.MustCompile(`^\s*(\w+) (\w+)(?: using compression \w+)?,?$`)
	enumColumn  = regexp.MustCompile(`(?s)(\w+) enum\(.*?\)`)
)

// readSchema reads the tables of raw and ledger from the migrations of this module, so that the
// suite never disagrees with them.
func readSchema() (schema, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, "sql", "schema", "*.sql"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no migrations in %s: %w", filepath.Join(root, "sql", "schema"), err)
	}
	tables := schema{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := tables.parse(string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return tables, nil
}

// parse adds the tables and columns that one migration creates.
func (s schema) parse(text string) error {
	for _, table := range createTable.FindAllStringSubmatch(text, -1) {
		s[table[1]] = map[string]arrow.DataType{}
		for line := range strings.SplitSeq(enumColumn.ReplaceAllString(table[2], "$1 varchar"), "\n") {
			if err := s.column(table[1], line); err != nil {
				return err
			}
		}
	}
	for _, added := range addColumn.FindAllStringSubmatch(text, -1) {
		if err := s.column(added[1], added[2]); err != nil {
			return err
		}
	}
	return nil
}

// column adds the column that a line declares; other lines (keys, comments) declare none.
func (s schema) column(table, line string) error {
	column := columnLine.FindStringSubmatch(line)
	if column == nil {
		return nil
	}
	kind, ok := arrowTypes[column[2]]
	if !ok || s[table] == nil {
		return fmt.Errorf("table %s: column %s: type %s has no Arrow type in the suite", table, column[1], column[2])
	}
	s[table][column[1]] = kind
	return nil
}

// moduleRoot finds the folder of go.mod from the folder of the test that runs.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working folder")
		}
		dir = parent
	}
}
