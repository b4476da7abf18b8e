//go:build trino

package metrics

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// A relation is a table or a check's result as one of the engines gives it.
type relation struct {
	columns []typedColumn
	rows    [][]any
}

type typedColumn struct{ name, kind string }

// readAll reads columns of a table or a select in brackets.
func readAll(t *testing.T, db *sql.DB, from, columns string) (r relation) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select `+columns+` from `+from)
	if err != nil {
		t.Fatalf("%s: %v", from, err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	for _, column := range types {
		r.columns = append(r.columns, typedColumn{column.Name(), sharedType(column.DatabaseTypeName())})
	}
	for rows.Next() {
		row := make([]any, len(types))
		pointers := make([]any, len(row))
		for i := range row {
			pointers[i] = &row[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		for i, value := range row {
			row[i] = sharedValue(value)
		}
		r.rows = append(r.rows, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", from, err)
	}
	return r
}

func columnList(m *Model) string {
	names := make([]string, len(m.Columns))
	for i, column := range m.Columns {
		names[i] = column.Name
	}
	return strings.Join(names, ", ")
}

// sharedType is the name that both engines know a type by. Trino has no enum: it is handed texts.
func sharedType(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "(")
	if name == "enum" {
		return "varchar"
	}
	return name
}

// sharedValue gives the drivers' values of one type the same form.
func sharedValue(value any) any {
	switch value := value.(type) {
	case int32:
		return int64(value)
	case time.Time: // UTC in both, without a zone
		return value.Format("2006-01-02 15:04:05.000000")
	}
	return value
}

// compare holds Trino's relation against DuckDB's: columns, types, and the rows whatever their
// order. Doubles may differ by a billionth part.
func compare(t *testing.T, duck, trino relation) {
	t.Helper()
	for i, want := range duck.columns {
		if got := trino.columns[i]; got != want {
			t.Errorf("column %s is a %s in DuckDB, a %s in Trino", want.name, want.kind, got.kind)
		}
	}
	if len(duck.rows) != len(trino.rows) {
		t.Errorf("DuckDB has %d rows, Trino %d", len(duck.rows), len(trino.rows))
	}
	slices.SortFunc(duck.rows, compareRows)
	slices.SortFunc(trino.rows, compareRows)
	differ := 0
	for i := range min(len(duck.rows), len(trino.rows)) {
		if want, got := duck.rows[i], trino.rows[i]; !slices.EqualFunc(want, got, isClose) {
			if differ++; differ <= 3 {
				t.Errorf("rows differ\nDuckDB %v\nTrino  %v", want, got)
			}
		}
	}
	if differ > 3 {
		t.Errorf("and %d more rows differ", differ-3)
	}
}

// compareRows orders rows by what is the same to the last bit in both engines, then by doubles.
func compareRows(a, b []any) int {
	var ofDoubles int
	for i := range a {
		x, isDouble := a[i].(float64)
		y, areDoubles := b[i].(float64)
		if isDouble && areDoubles {
			ofDoubles = cmp.Or(ofDoubles, cmp.Compare(x, y))
		} else if c := cmp.Compare(fmt.Sprint(a[i]), fmt.Sprint(b[i])); c != 0 {
			return c
		}
	}
	return ofDoubles
}

func isClose(want, got any) bool {
	x, isDouble := want.(float64)
	y, areDoubles := got.(float64)
	if isDouble && areDoubles {
		return math.Abs(x-y) <= 1e-9*max(1, math.Abs(x), math.Abs(y))
	}
	return want == got
}
