package accesslog

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// A hit is a row of raw.hit.
type hit struct {
	at                           int64
	client, url, agent, referrer int64
	networkClass                 string
	method                       []byte
	status                       int32
	bytes                        int64
}

// hits builds the batches of raw.hit: a table with the types of its columns known, since this is
// where most of the rows are.
type hits struct {
	builder                      *array.RecordBuilder
	at                           *array.TimestampBuilder
	client, url, agent, referrer *array.Int64Builder
	networkClass, method         *array.StringBuilder
	status                       *array.Int32Builder
	bytes                        *array.Int64Builder
	rows, room, expectedRows     int
}

func newHits(mem memory.Allocator, expectedRows int) *hits {
	b := array.NewRecordBuilder(mem, hitSchema)
	return &hits{
		expectedRows: min(expectedRows, batchRows),
		builder:      b,
		at:           b.Field(0).(*array.TimestampBuilder),
		client:       b.Field(1).(*array.Int64Builder),
		url:          b.Field(2).(*array.Int64Builder),
		agent:        b.Field(3).(*array.Int64Builder),
		referrer:     b.Field(4).(*array.Int64Builder),
		networkClass: b.Field(5).(*array.StringBuilder),
		method:       b.Field(6).(*array.StringBuilder),
		status:       b.Field(7).(*array.Int32Builder),
		bytes:        b.Field(8).(*array.Int64Builder),
	}
}

// add appends a row, at most batchRows of them before take. The first one makes room for as many
// as are expected.
func (h *hits) add(row *hit) {
	if h.rows == h.room {
		h.reserve(min(max(h.expectedRows, h.rows), batchRows-h.rows))
	}
	h.rows++
	h.at.UnsafeAppend(arrow.Timestamp(row.at))
	h.client.UnsafeAppend(row.client)
	h.url.UnsafeAppend(row.url)
	h.agent.UnsafeAppend(row.agent)
	h.referrer.UnsafeAppend(row.referrer)
	h.networkClass.Append(row.networkClass)
	h.method.BinaryBuilder.Append(row.method)
	h.status.UnsafeAppend(row.status)
	h.bytes.UnsafeAppend(row.bytes)
}

func (h *hits) reserve(rows int) {
	h.room += rows
	h.at.Reserve(rows)
	h.client.Reserve(rows)
	h.url.Reserve(rows)
	h.agent.Reserve(rows)
	h.referrer.Reserve(rows)
	h.networkClass.Reserve(rows)
	h.networkClass.ReserveData(5 * rows)
	h.method.Reserve(rows)
	h.method.ReserveData(3 * rows)
	h.status.Reserve(rows)
	h.bytes.Reserve(rows)
}

func (h *hits) take() arrow.RecordBatch {
	h.rows, h.room = 0, 0
	return h.builder.NewRecordBatch()
}
