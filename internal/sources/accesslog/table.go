package accesslog

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// batchRows is DuckDB's row group, and was the fastest batch.
const batchRows = 122_880

var (
	typeText  = arrow.BinaryTypes.String
	typeCount = arrow.PrimitiveTypes.Int64
	typeTime  = &arrow.TimestampType{Unit: arrow.Microsecond}
	typeWord  = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String}
)

func schemaOf(fields ...arrow.Field) *arrow.Schema { return arrow.NewSchema(fields, nil) }

func field(name string, of arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: of, Nullable: true}
}

// The tables, with their columns as in sql/schema, those aside that the loader adds.
var (
	hitSchema = schemaOf(
		field("hit_at", typeTime), field("client_key", typeCount), field("url_id", typeCount), field("agent_id", typeCount),
		field("referrer_id", typeCount), field("network_class", typeWord), field("method", typeWord),
		field("status", arrow.PrimitiveTypes.Int32), field("response_bytes", typeCount))
	urlSchema      = schemaOf(field("url_id", typeCount), field("host", typeText), field("path", typeText), field("query", typeText))
	agentSchema    = schemaOf(field("agent_id", typeCount), field("user_agent", typeText))
	referrerSchema = schemaOf(field("referrer_id", typeCount), field("host", typeText), field("path", typeText))
	rejectedSchema = schemaOf(field("line_offset", typeCount), field("line_length", typeCount), field("reason", typeText))
	hourSchema     = schemaOf(field("log", typeText), field("hour_at", typeTime), field("line_count", typeCount),
		field("first_at", typeTime), field("last_at", typeTime))
	droppedSchema = schemaOf(field("reason", typeText), field("line_count", typeCount))
	daySchema     = schemaOf(field("day", arrow.FixedWidthTypes.Date32))
	unitSchema    = schemaOf(field("source", typeText), field("content_id", typeText), field("stream_id", typeText),
		field("generation", typeCount), field("log", typeText), field("path", typeText), field("start_offset", typeCount),
		field("end_offset", typeCount), field("head_hashes", typeText), field("tail_hash", typeText), field("tail_length", typeCount),
		field("line_count", typeCount), field("hit_count", typeCount), field("rejected_count", typeCount),
		field("dropped_count", typeCount), field("blank_count", typeCount), field("first_at", typeTime), field("last_at", typeTime))
)

// A table builds the batches of one table in C memory, which DuckDB reads. Rows are written
// column by column; endRow closes them.
type table struct {
	builder *array.RecordBuilder
	rows    int
	full    []arrow.RecordBatch
}

func newTable(mem memory.Allocator, schema *arrow.Schema) *table {
	return &table{builder: array.NewRecordBuilder(mem, schema)}
}

func (t *table) count(column int, value int64) {
	t.builder.Field(column).(*array.Int64Builder).Append(value)
}

func (t *table) text(column int, value []byte) {
	t.builder.Field(column).(*array.StringBuilder).BinaryBuilder.Append(value)
}

func (t *table) words(column int, value string) {
	t.builder.Field(column).(*array.StringBuilder).Append(value)
}

func (t *table) time(column int, micros int64) {
	t.builder.Field(column).(*array.TimestampBuilder).Append(arrow.Timestamp(micros))
}

func (t *table) day(column int, day Day) {
	t.builder.Field(column).(*array.Date32Builder).Append(arrow.Date32(day))
}

func (t *table) null(column int) { t.builder.Field(column).AppendNull() }

func (t *table) endRow() {
	if t.rows++; t.rows == batchRows {
		t.flush()
	}
}

func (t *table) flush() {
	if t.rows > 0 {
		t.full = append(t.full, t.builder.NewRecordBatch())
		t.rows = 0
	}
}

// take hands over all rows written; the caller releases the batches.
func (t *table) take() []arrow.RecordBatch {
	t.flush()
	full := t.full
	t.full = nil
	return full
}

func (t *table) release() {
	releaseAll(t.full)
	t.full = nil
	t.builder.Release()
}

func releaseAll(batches []arrow.RecordBatch) {
	for _, batch := range batches {
		batch.Release()
	}
}
