package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// An enumeration is a column whose texts are those of a list, as DuckDB declares it.
type enumeration struct {
	declared string // its type
	words    []string
}

// enumerations are the columns of a table that are such.
func enumerations(ctx context.Context, conn *sql.Conn, table string) (map[string]enumeration, error) {
	rows, err := conn.QueryContext(ctx, `select column_name, data_type from duckdb_columns()
		where schema_name || '.' || table_name = ? and data_type like 'ENUM(%'`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[string]enumeration{}
	for rows.Next() {
		var column, declared string
		if err := rows.Scan(&column, &declared); err != nil {
			return nil, err
		}
		list := strings.TrimSuffix(strings.TrimPrefix(declared, "ENUM('"), "')")
		found[column] = enumeration{declared, strings.Split(list, "', '")}
	}
	return found, rows.Err()
}

// A placeReader hands the places of a dictionary to DuckDB instead of its texts, where the
// dictionary is the list of an enumeration: looking every text up there, and keeping statistics
// of texts, would cost more than all numbers of a row.
type placeReader struct {
	array.RecordReader
	schema *arrow.Schema
	lists  map[int]enumeration // by column
	batch  arrow.RecordBatch
	err    error
}

// readPlaces replaces the reader where that is to be done, and gives the selected columns.
func readPlaces(reader array.RecordReader, of map[string]enumeration) (_ *placeReader, selected string) {
	p := &placeReader{RecordReader: reader, schema: reader.Schema(), lists: map[int]enumeration{}}
	fields := slices.Clone(p.schema.Fields())
	var replaced []string
	for i, field := range fields {
		list, isEnumeration := of[field.Name]
		if field.Type.ID() != arrow.DICTIONARY || !isEnumeration {
			continue
		}
		p.lists[i] = list
		fields[i].Type = arrow.PrimitiveTypes.Uint8
		var cases strings.Builder
		for place, word := range list.words {
			fmt.Fprintf(&cases, " when %d then cast('%s' as %s)", place, word, list.declared)
		}
		replaced = append(replaced, fmt.Sprintf("case %s%s end as %s", field.Name, cases.String(), field.Name))
	}
	if len(replaced) == 0 {
		return p, "*"
	}
	p.schema = arrow.NewSchema(fields, nil)
	return p, "* replace (" + strings.Join(replaced, ", ") + ")"
}

func (p *placeReader) Schema() *arrow.Schema { return p.schema }

func (p *placeReader) Next() bool {
	p.drop()
	if p.err != nil || !p.RecordReader.Next() {
		return false
	}
	batch := p.RecordReader.RecordBatch()
	columns := slices.Clone(batch.Columns())
	for i, list := range p.lists {
		dictionary, ok := columns[i].(*array.Dictionary)
		if !ok || !isList(dictionary.Dictionary(), list.words) {
			p.err = fmt.Errorf("column %s: its dictionary is not the list of the table's words", p.schema.Field(i).Name)
			return false
		}
		columns[i] = dictionary.Indices()
	}
	p.batch = array.NewRecordBatch(p.schema, columns, batch.NumRows())
	return true
}

func isList(texts arrow.Array, words []string) bool {
	list, ok := texts.(*array.String)
	if !ok || list.Len() != len(words) {
		return false
	}
	for i, word := range words {
		if list.Value(i) != word {
			return false
		}
	}
	return true
}

func (p *placeReader) RecordBatch() arrow.RecordBatch { return p.batch }

// Record is RecordBatch by its old name.
func (p *placeReader) Record() arrow.RecordBatch { return p.batch }

func (p *placeReader) Err() error {
	if p.err != nil {
		return p.err
	}
	return p.RecordReader.Err()
}

func (p *placeReader) drop() {
	if p.batch != nil {
		p.batch.Release()
		p.batch = nil
	}
}
