package sourcestest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
)

// fake is a source of two units with one agent each; its fields break a promise.
type fake struct {
	agent    string
	receipt  map[string]any // overrides
	tables   []string       // order of the readers
	deaf     bool           // ignores its context
	spawn    chan struct{}  // a goroutine waits for it
	sameID   bool
	backward bool
}

var moment = time.Date(2026, 3, 4, 5, 6, 7, 890000, time.UTC)

func (f *fake) Units(context.Context) iter.Seq2[sources.Unit, error] {
	return func(yield func(sources.Unit, error) bool) {
		for i := range int64(2) {
			unit := sources.Unit{ID: fmt.Sprint("content ", i), Stream: "fake", Start: i, Name: fmt.Sprint("fake ", i)}
			if f.sameID {
				unit.ID = "content"
			}
			if f.backward {
				unit.Start = 5 - i
			}
			unit.Open = func(ctx context.Context) ([]sources.Rows, error) { return f.open(ctx, unit) }
			if !yield(unit, nil) {
				return
			}
		}
	}
}

func (f *fake) open(ctx context.Context, unit sources.Unit) ([]sources.Rows, error) {
	if err := ctx.Err(); err != nil && !f.deaf {
		return nil, err
	}
	if f.spawn != nil {
		go func() { <-f.spawn }()
	}
	row := map[string]any{
		"source": "fake", "content_id": unit.ID, "stream_id": unit.Stream, "start_offset": unit.Start, "end_offset": unit.Start + 1,
		"line_count": int64(0), "hit_count": int64(0), "rejected_count": int64(0), "dropped_count": int64(0), "blank_count": int64(0),
		"first_at": moment,
	}
	maps.Copy(row, f.receipt)
	tables := f.tables
	if tables == nil {
		tables = []string{"raw.agent", "ledger.unit"}
	}
	var rows []sources.Rows
	for _, table := range tables {
		if table == "ledger.unit" {
			rows = append(rows, sources.Rows{Table: table, Reader: one(row)})
			continue
		}
		rows = append(rows, sources.Rows{Table: table, Reader: one(map[string]any{"agent_id": int64(7), "user_agent": f.agent})})
	}
	return rows, nil
}

// one is a reader of one batch of one row; a nil value leaves its column out.
func one(row map[string]any) array.RecordReader {
	allocator := mallocator.NewMallocator() // as sources do: its memory is gone after Release
	var fields []arrow.Field
	var columns []arrow.Array
	for _, name := range sortedKeys(row) {
		var builder array.Builder
		switch value := row[name].(type) {
		case nil:
			continue
		case int64:
			b := array.NewInt64Builder(allocator)
			b.Append(value)
			builder = b
		case int32:
			b := array.NewInt32Builder(allocator)
			b.Append(value)
			builder = b
		case string:
			b := array.NewStringBuilder(allocator)
			b.Append(value)
			builder = b
		case time.Time:
			b := array.NewTimestampBuilder(allocator, &arrow.TimestampType{Unit: arrow.Microsecond})
			b.Append(arrow.Timestamp(value.UnixMicro()))
			builder = b
		}
		column := builder.NewArray()
		defer column.Release()
		fields = append(fields, arrow.Field{Name: name, Type: column.DataType(), Nullable: true})
		columns = append(columns, column)
	}
	batch := array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, 1)
	defer batch.Release()
	reader, err := array.NewRecordReader(batch.Schema(), []arrow.RecordBatch{batch})
	if err != nil {
		panic(err) // the schema is the batch's own
	}
	return reader
}

func TestSuitePassesAGoodSource(t *testing.T) {
	Run(t, func(*testing.T) sources.Source { return &fake{agent: "curl/8.5.0"} })
}

func TestDrain(t *testing.T) {
	unit := Units(t, &fake{agent: "curl/8.5.0"})[1]
	tables := Drain(t, unit)
	if diff := cmp.Diff([]string{"7|curl/8.5.0"}, tables.Text("raw.agent", "agent_id", "user_agent")); diff != "" {
		t.Errorf("raw.agent (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"fake|1|2026-03-04T05:06:07.00089|-"}, tables.Text("ledger.unit", "stream_id", "start_offset", "first_at", "log")); diff != "" {
		t.Errorf("ledger.unit (-want +got):\n%s", diff)
	}
}

func TestSuiteFailsABadSource(t *testing.T) {
	tables, err := readSchema()
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		source fake
		want   string // part of the complaint
	}{
		"two units of one ID":     {fake{sameID: true}, "ID content is taken"},
		"a stream that goes back": {fake{backward: true}, "comes too late"},
		"a table of no migration": {fake{tables: []string{"raw.nonsense", "ledger.unit"}}, "in no migration"},
		"a column of no table":    {fake{tables: []string{"raw.url", "ledger.unit"}}, "no column agent_id"},
		"the receipt first":       {fake{tables: []string{"ledger.unit", "raw.agent"}}, "the last one must be"},
		"a table twice":           {fake{tables: []string{"raw.agent", "raw.agent", "ledger.unit"}}, "one for each table"},
		"the loader's column":     {fake{receipt: map[string]any{"run_id": int64(1)}}, "the loader's to add"},
		"a type too narrow":       {fake{receipt: map[string]any{"line_count": int32(0)}}, "is int32, want int64"},
		"text that is not UTF-8":  {fake{agent: "caf\xe9"}, "not valid UTF-8"},
		"no count":                {fake{receipt: map[string]any{"blank_count": nil}}, "blank_count is missing"},
		"another ID":              {fake{receipt: map[string]any{"content_id": "x"}}, "content_id is x"},
		"an end before its start": {fake{receipt: map[string]any{"end_offset": int64(-1)}}, "before its start"},
		"a line unaccounted for":  {fake{receipt: map[string]any{"line_count": int64(3)}}, "3 lines, but 0"},
		"hits that are not there": {fake{receipt: map[string]any{"line_count": int64(3), "hit_count": int64(3)}}, "raw.hit has 0 rows"},
		"rejects not there":       {fake{receipt: map[string]any{"line_count": int64(1), "rejected_count": int64(1)}}, "ledger.rejected_line has 0"},
		"an IPv4 address":         {fake{agent: "x 192.0.2.17 y"}, "holds an address"},
		"an IPv6 address":         {fake{agent: "2001:db8::1"}, "holds an address"},
		"an encoded address":      {fake{agent: "ip=2001%3Adb8%3A%3A1"}, "holds an address"},
		"deaf to its context":     {fake{deaf: true}, "must end with context.Canceled"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			units := Units(t, &test.source)
			errs := []error{checkUnits(units), checkCancelled(t.Context(), &test.source)}
			for _, unit := range units {
				errs = append(errs, checkRows(t.Context(), tables, unit), checkReceipt(unit, Drain(t, unit)),
					checkPrivacy(unit, Drain(t, unit)), checkStops(t.Context(), unit))
			}
			if err := errors.Join(errs...); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the suite says %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestNoUnitIsAnError(t *testing.T) {
	if checkUnits(nil) == nil {
		t.Error("a source without units passes")
	}
}

func TestLeakedGoroutineIsSeen(t *testing.T) {
	spawn := make(chan struct{})
	unit := Units(t, &fake{spawn: spawn})[0]
	if err := checkStops(t.Context(), unit); err != nil {
		t.Fatal(err)
	}
	if len(leaked()) == 0 {
		t.Error("a goroutine that waits for ever is not seen")
	}
	close(spawn)
	if left := leaked(); len(left) != 0 {
		t.Errorf("it is seen still after its end: %s", left[0])
	}
}
