package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func schemaFS(t *testing.T) fstest.MapFS {
	t.Helper()
	schema := fstest.MapFS{}
	for _, name := range []string{"0001_raw_and_ledger.sql", "0007_counts.sql", "0008_count_unmatched.sql"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "sql", "schema", name))
		if err != nil {
			t.Fatal(err)
		}
		schema[name] = &fstest.MapFile{Data: text}
	}
	return schema
}

func open(t *testing.T, file string) *Warehouse {
	t.Helper()
	w, err := Open(t.Context(), file, Options{Schema: schemaFS(t), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// batches is a reader of int64 columns that may fail after its last batch.
type batches struct {
	array.RecordReader
	err error
}

func (b batches) Next() bool { return b.RecordReader.Next() }
func (b batches) Err() error { return b.err }

func ints(t *testing.T, names []string, rows ...[]int64) array.RecordReader {
	t.Helper()
	fields := make([]arrow.Field, len(names))
	for i, name := range names {
		fields[i] = arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int64}
	}
	schema := arrow.NewSchema(fields, nil)
	builder := array.NewRecordBuilder(mallocator.NewMallocator(), schema)
	defer builder.Release()
	for _, row := range rows {
		for i, v := range row {
			builder.Field(i).(*array.Int64Builder).Append(v)
		}
	}
	batch := builder.NewRecordBatch()
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

func receipt(t *testing.T, stream string, lines, hits int64) Rows {
	t.Helper()
	fields := []arrow.Field{{Name: "stream_id", Type: arrow.BinaryTypes.String}}
	for _, name := range []string{"start_offset", "line_count", "hit_count", "rejected_count", "dropped_count", "blank_count"} {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int64})
	}
	schema := arrow.NewSchema(fields, nil)
	builder := array.NewRecordBuilder(mallocator.NewMallocator(), schema)
	defer builder.Release()
	builder.Field(0).(*array.StringBuilder).Append(stream)
	for i, v := range []int64{0, lines, hits, 0, 0, 0} {
		builder.Field(i + 1).(*array.Int64Builder).Append(v)
	}
	batch := builder.NewRecordBatch()
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		t.Fatal(err)
	}
	return Rows{Table: receiptTable, Reader: reader}
}

func hits(t *testing.T, count int) Rows {
	t.Helper()
	var rows [][]int64
	for i := range count {
		rows = append(rows, []int64{int64(i), 200})
	}
	return Rows{Table: "raw.hit", Reader: ints(t, []string{"url_id", "response_bytes"}, rows...)}
}

func unit(stream string, rows ...Rows) Unit {
	return Unit{
		ID: stream + "@0", Stream: stream,
		Open: func(context.Context) ([]Rows, error) { return rows, nil },
	}
}

func count(t *testing.T, w *Warehouse, from string) int64 {
	t.Helper()
	var n int64
	if err := w.DB().QueryRowContext(t.Context(), `select count(*) from `+from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLoadOnce(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	got, err := w.Load(t.Context(), 1, unit("s", hits(t, 3), receipt(t, "s", 3, 3)), noon)
	if err != nil {
		t.Fatal(err)
	}
	if !got.IsLoaded || got.Hits != 3 || got.Rows["raw.hit"] != 3 {
		t.Errorf("receipt %+v, want 3 hits loaded", got)
	}
	again := unit("s")
	again.Open = func(context.Context) ([]Rows, error) {
		t.Error("a unit of the ledger was opened again")
		return nil, errors.New("opened")
	}
	if got, err := w.Load(t.Context(), 2, again, noon); err != nil || got.IsLoaded {
		t.Errorf("second load: %+v, %v; want nothing loaded", got, err)
	}
	if n := count(t, w, `raw.hit where unit_id = 1 and response_bytes = 200`); n != 3 {
		t.Errorf("%d hits with their unit, want 3", n)
	}
}

func TestLoadKeepsNothingOfAFailedUnit(t *testing.T) {
	broken := errors.New("line 7 of access.log: broken")
	failing := hits(t, 3)
	failing.Reader = batches{RecordReader: failing.Reader, err: broken}
	for name, rows := range map[string][]Rows{
		"reader fails":          {failing, receipt(t, "s", 3, 3)},
		"hits do not add up":    {hits(t, 2), receipt(t, "s", 3, 3)},
		"lines do not add up":   {hits(t, 3), receipt(t, "s", 5, 3)},
		"no receipt":            {hits(t, 3)},
		"unknown table":         {{Table: "main.evil", Reader: ints(t, []string{"a"}, []int64{1})}, receipt(t, "s", 0, 0)},
		"column not in a table": {{Table: "raw.hit", Reader: ints(t, []string{"nope"}, []int64{1})}, receipt(t, "s", 1, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
			_, err := w.Load(t.Context(), 1, unit("s", rows...), noon)
			if err == nil {
				t.Fatal("loaded without an error")
			}
			if name == "reader fails" && !errors.Is(err, broken) {
				t.Errorf("error %v does not hold the reader's", err)
			}
			if n := count(t, w, `raw.hit`) + count(t, w, `ledger.unit`); n != 0 {
				t.Errorf("%d rows were kept", n)
			}
			if _, err := w.Load(t.Context(), 1, unit("s", hits(t, 1), receipt(t, "s", 1, 1)), noon); err != nil {
				t.Errorf("the next unit: %v", err)
			}
		})
	}
}

func TestLoadSeveralUnitsAtOnce(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "warehouse.duckdb"))
	failed := make(chan error)
	const streams = 8
	for i := range streams {
		stream := fmt.Sprintf("s%d", i)
		u := unit(stream, hits(t, 1000), receipt(t, stream, 1000, 1000))
		go func() {
			_, err := w.Load(t.Context(), 1, u, noon)
			failed <- err
		}()
	}
	for range streams {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if n := count(t, w, `raw.hit`); n != streams*1000 {
		t.Errorf("%d hits, want %d", n, streams*1000)
	}
	if n := count(t, w, `(select distinct unit_id from ledger.unit)`); n != streams {
		t.Errorf("%d unit numbers, want %d", n, streams)
	}
}

func TestOpenRefusesALaterSchema(t *testing.T) {
	file := filepath.Join(t.TempDir(), "warehouse.duckdb")
	w := open(t, file)
	if _, err := w.DB().ExecContext(t.Context(), `insert into ledger.schema_migration values (9999, 'later', null)`); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), file, Options{Schema: schemaFS(t), Now: func() time.Time { return noon }}); err == nil {
		t.Error("a file of a later version was opened")
	}
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's rights are %v, want 0600", info.Mode().Perm())
	}
}
