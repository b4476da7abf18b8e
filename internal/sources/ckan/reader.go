package ckan

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

// column is one column of a table whose rows are made of T. value returns nil for null.
type column[T any] struct {
	name  string
	kind  arrow.DataType
	value func(*T) any
}

// reader yields rows in batches, each built when it is asked for, in C memory.
type reader[T any] struct {
	ctx     context.Context // Next has no other way to hear of its end
	refs    atomic.Int64
	columns []column[T]
	rows    []T // still to come
	builder *array.RecordBuilder
	batch   arrow.RecordBatch
	err     error
}

var _ array.RecordReader = (*reader[receipt])(nil)

func newReader[T any](ctx context.Context, columns []column[T], rows []T) *reader[T] {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.name, Type: c.kind, Nullable: true}
	}
	r := &reader[T]{ctx: ctx, columns: columns, rows: rows}
	r.builder = array.NewRecordBuilder(mallocator.NewMallocator(), arrow.NewSchema(fields, nil))
	r.refs.Store(1)
	return r
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

// appendValue appends a value of the column's type; nil and the zero time are null.
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
	}
	b.AppendNull()
}
