package sources

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"
)

// batchRows bounds a batch: a few megabytes of text.
const batchRows = 8192

// Column is one column of a table whose rows are made of T.
type Column[T any] struct {
	name  string
	kind  arrow.DataType
	value func(*T) any
}

// NewColumn makes a column. value returns a string, int64, float64, bool or time.Time, whichever
// kind wants; nil, and the zero time, for null.
func NewColumn[T any](name string, kind arrow.DataType, value func(*T) any) Column[T] {
	return Column[T]{name, kind, value}
}

// Types of columns, as sql/schema names them. A date is the day of its time in that time's own zone.
var (
	Varchar   arrow.DataType = arrow.BinaryTypes.String
	Bigint    arrow.DataType = arrow.PrimitiveTypes.Int64
	Double    arrow.DataType = arrow.PrimitiveTypes.Float64
	Boolean   arrow.DataType = arrow.FixedWidthTypes.Boolean
	Timestamp arrow.DataType = &arrow.TimestampType{Unit: arrow.Microsecond}
	Date      arrow.DataType = arrow.FixedWidthTypes.Date32
)

// NewReader yields the rows in batches, each built in C memory when it is asked for. It is for
// rows that are in memory anyway; a log, which has millions, builds its batches by itself.
func NewReader[T any](ctx context.Context, columns []Column[T], rows []T) array.RecordReader {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.name, Type: c.kind, Nullable: true}
	}
	r := &reader[T]{ctx: ctx, columns: columns, rows: rows}
	r.builder = array.NewRecordBuilder(mallocator.NewMallocator(), arrow.NewSchema(fields, nil))
	r.refs.Store(1)
	return r
}

type reader[T any] struct {
	ctx     context.Context // Next has no other way to hear of its end
	refs    atomic.Int64
	columns []Column[T]
	rows    []T // still to come
	builder *array.RecordBuilder
	batch   arrow.RecordBatch
	err     error
}

func (r *reader[T]) Retain() { r.refs.Add(1) }

func (r *reader[T]) Release() {
	if r.refs.Add(-1) == 0 {
		r.dropBatch()
		r.builder.Release()
	}
}

func (r *reader[T]) dropBatch() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

func (r *reader[T]) Schema() *arrow.Schema          { return r.builder.Schema() }
func (r *reader[T]) RecordBatch() arrow.RecordBatch { return r.batch }
func (r *reader[T]) Record() arrow.RecordBatch      { return r.batch }
func (r *reader[T]) Err() error                     { return r.err }

func (r *reader[T]) Next() bool {
	r.dropBatch()
	if r.err == nil {
		r.err = r.ctx.Err()
	}
	if r.err != nil || len(r.rows) == 0 {
		return false
	}
	now := r.rows[:min(batchRows, len(r.rows))]
	r.rows = r.rows[len(now):]
	for i := range r.columns {
		for row := range now {
			appendValue(r.builder.Field(i), r.columns[i].value(&now[row]))
		}
	}
	r.batch = r.builder.NewRecordBatch()
	return true
}

// appendValue appends a value of the column's type, or null.
func appendValue(b array.Builder, value any) {
	switch b := b.(type) {
	case *array.StringBuilder:
		if s, ok := value.(string); ok {
			b.Append(s)
			return
		}
	case *array.Int64Builder:
		if n, ok := value.(int64); ok {
			b.Append(n)
			return
		}
	case *array.Float64Builder:
		if n, ok := value.(float64); ok {
			b.Append(n)
			return
		}
	case *array.BooleanBuilder:
		if is, ok := value.(bool); ok {
			b.Append(is)
			return
		}
	case *array.TimestampBuilder:
		if at, ok := value.(time.Time); ok && !at.IsZero() {
			b.Append(arrow.Timestamp(at.UnixMicro()))
			return
		}
	case *array.Date32Builder:
		if day, ok := value.(time.Time); ok && !day.IsZero() {
			year, month, number := day.Date()
			b.Append(arrow.Date32FromTime(time.Date(year, month, number, 0, 0, 0, 0, time.UTC)))
			return
		}
	}
	b.AppendNull()
}
