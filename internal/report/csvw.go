package report

import (
	"fmt"
	"strings"
	"time"
)

// The part of CSV on the Web's vocabulary that the tables use (https://www.w3.org/TR/tabular-metadata/).
type (
	csvwTable struct {
		Context     []any       `json:"@context"`
		URL         string      `json:"url"`
		Title       string      `json:"dc:title"`
		Description string      `json:"dc:description"`
		IsPartOf    string      `json:"dc:isPartOf"`
		Publisher   string      `json:"dc:publisher,omitempty"`
		Licence     *csvwID     `json:"dc:license,omitempty"`
		Temporal    string      `json:"dc:temporal"`
		Dialect     csvwDialect `json:"dialect"`
		Schema      csvwSchema  `json:"tableSchema"`
	}
	csvwID struct {
		ID string `json:"@id"`
	}
	csvwDialect struct {
		Encoding        string   `json:"encoding"`
		Header          bool     `json:"header"`
		LineTerminators []string `json:"lineTerminators"`
	}
	csvwSchema struct {
		Columns    []csvwColumn `json:"columns"`
		PrimaryKey []string     `json:"primaryKey,omitempty"`
	}
	csvwColumn struct {
		Name        string   `json:"name"`
		Titles      []string `json:"titles"` // the header first: a validator compares it with these
		Description string   `json:"dc:description,omitempty"`
		Datatype    any      `json:"datatype"`
		Required    bool     `json:"required,omitempty"`
		Separator   string   `json:"separator,omitempty"`
	}
	csvwRange struct {
		Base    string `json:"base"`
		Minimum string `json:"minimum"`
		Maximum string `json:"maximum"`
	}
)

// csvwDatatypes are the kinds in CSVW's words.
var csvwDatatypes = map[Kind]any{
	Text:   "string",
	Count:  "integer",
	Number: "decimal",
	Share:  csvwRange{"decimal", "0", "1"},
	Date:   "date",
	Link:   "anyURI",
	YesNo:  "boolean",
}

// csvwFile describes the CSV of a table: the file stands beside it and is called as it is, with -metadata.json.
func csvwFile(r *Report, t Table, csvName string) ([]byte, error) {
	meta := csvwTable{
		Context:     []any{"http://www.w3.org/ns/csvw", map[string]string{"@language": "en"}},
		URL:         csvName,
		Title:       clean(t.Title),
		Description: clean(t.Description),
		IsPartOf:    clean(r.Title),
		Publisher:   clean(r.Portal),
		Temporal:    r.QuarterStart.Format(time.DateOnly) + "/" + r.QuarterEnd.Format(time.DateOnly),
		Dialect:     csvwDialect{"utf-8", true, []string{"\r\n", "\n"}},
	}
	if r.Licence != "" {
		meta.Licence = &csvwID{r.Licence}
	}
	for c, column := range t.Columns {
		description := clean(column.Description)
		if column.Unit != "" {
			description = clean(description + " Unit: " + column.Unit + ".")
		}
		meta.Schema.Columns = append(meta.Schema.Columns, csvwColumn{
			Name:        column.Name,
			Titles:      []string{column.Name, column.Title},
			Description: description,
			Datatype:    csvwDatatypes[column.Kind],
			Required:    c < t.Key && t.isFull(c),
		})
		if c < t.Key {
			meta.Schema.PrimaryKey = append(meta.Schema.PrimaryKey, column.Name)
		}
	}
	meta.Schema.Columns = append(meta.Schema.Columns, csvwColumn{
		Name:        marksColumn,
		Titles:      []string{marksColumn, "Marks"},
		Description: marksDescription(r),
		Datatype:    "string",
		Separator:   "; ",
	})

	content, err := marshal(meta)
	if err != nil {
		return nil, fmt.Errorf("report: table %s: %w", t.Name, err)
	}
	return content, nil
}

// isFull says that every row has a value in the column.
func (t *Table) isFull(column int) bool {
	for _, row := range t.Rows {
		if plain(row[column]) == "" {
			return false
		}
	}
	return true
}

// marksDescription says what the marks of the report's tables mean.
func marksDescription(r *Report) string {
	var text strings.Builder
	text.WriteString("Columns of the row whose value has a mark, each with its marks; a cell without a value is empty and has one.")
	for _, mark := range r.Marks {
		text.WriteString(" " + mark.Word + ": " + mark.Meaning)
	}
	return clean(text.String())
}
