package sourcestest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"footfall/internal/sources"
)

// Tables are the rows of a unit by table. A row maps a column to an int64, int32, float64,
// string, bool or time.Time (UTC), or to nil for null. A table without rows is there, empty.
type Tables map[string][]map[string]any

// Units collects what the source offers. An error it yields fails the test.
func Units(t *testing.T, s sources.Source) []sources.Unit {
	t.Helper()
	units, err := collect(t.Context(), s)
	if err != nil {
		t.Fatalf("units: %v", err)
	}
	return units
}

// Drain opens the unit, reads every reader to its end in the promised order, and releases all.
// An error fails the test.
func Drain(t *testing.T, unit sources.Unit) Tables {
	t.Helper()
	tables, err := Read(t.Context(), unit)
	if err != nil {
		t.Fatalf("unit %s: %v", unit.Name, err)
	}
	return tables
}

// Read is Drain for units that are expected to fail: it returns the first error of Open or of a
// reader, together with the rows that came before it.
func Read(ctx context.Context, unit sources.Unit) (Tables, error) {
	tables := Tables{}
	err := each(ctx, unit, func(table string, batch arrow.RecordBatch) error {
		if batch == nil {
			if tables[table] == nil {
				tables[table] = []map[string]any{}
			}
			return nil
		}
		for i := range int(batch.NumRows()) {
			row := make(map[string]any, batch.NumCols())
			for c, field := range batch.Schema().Fields() {
				value, err := cell(batch.Column(c), i)
				if err != nil {
					return fmt.Errorf("table %s: column %s: %w", table, field.Name, err)
				}
				row[field.Name] = value
			}
			tables[table] = append(tables[table], row)
		}
		return nil
	})
	return tables, err
}

// Text renders the rows of a table as lines of the named columns, joined by "|", in the order in
// which the rows came: the shortest thing to compare in a test. Null is "-".
func (tables Tables) Text(table string, columns ...string) []string {
	lines := []string{}
	for _, row := range tables[table] {
		var parts []string
		for _, column := range columns {
			parts = append(parts, render(row[column]))
		}
		lines = append(lines, strings.Join(parts, "|"))
	}
	return lines
}

func render(value any) string {
	switch v := value.(type) {
	case nil:
		return "-"
	case time.Time:
		return v.Format("2006-01-02T15:04:05.999999")
	default:
		return fmt.Sprint(v)
	}
}

// collect returns all units, and the errors between them as one.
func collect(ctx context.Context, s sources.Source) ([]sources.Unit, error) {
	var units []sources.Unit
	var errs []error
	for unit, err := range s.Units(ctx) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		units = append(units, unit)
	}
	return units, errors.Join(errs...)
}

// each reads the unit as the loader does, one reader after the other, and calls do for each
// batch, and once with a nil batch when a reader begins.
func each(ctx context.Context, unit sources.Unit, do func(table string, batch arrow.RecordBatch) error) error {
	rows, err := unit.Open(ctx)
	for _, r := range rows {
		defer r.Reader.Release()
	}
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := do(r.Table, nil); err != nil {
			return err
		}
		for r.Reader.Next() {
			if err := do(r.Table, r.Reader.RecordBatch()); err != nil {
				return err
			}
		}
		if err := r.Reader.Err(); err != nil {
			return err
		}
	}
	return nil
}

// cell reads one value. Types that the contract does not know are errors.
func cell(column arrow.Array, i int) (any, error) {
	if column.IsNull(i) {
		return nil, nil
	}
	switch column := column.(type) {
	case *array.Int64:
		return column.Value(i), nil
	case *array.Int32:
		return column.Value(i), nil
	case *array.Float64:
		return column.Value(i), nil
	case *array.String:
		return strings.Clone(column.Value(i)), nil // the batch's memory is freed with it
	case *array.Dictionary:
		return cell(column.Dictionary(), column.GetValueIndex(i))
	case *array.Boolean:
		return column.Value(i), nil
	case *array.Timestamp:
		return column.Value(i).ToTime(column.DataType().(*arrow.TimestampType).Unit), nil
	case *array.Date32:
		return column.Value(i).ToTime(), nil
	default:
		return nil, fmt.Errorf("type %s is none that a source may yield", column.DataType())
	}
}
