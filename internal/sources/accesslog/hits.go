package accesslog

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"footfall/internal/traffic"
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

// hits builds the batches of raw.hit. This is where most of the rows are, so it writes into the
// columns' memory itself; no column has nulls.
type hits struct {
	mem                                     memory.Allocator
	at, client, url, agent, referrer, bytes numbers[int64]
	status                                  numbers[int32]
	networkClass                            numbers[uint8] // a place in classes
	methodEnds                              numbers[int32] // the first one is 0
	methods                                 numbers[uint8]
	methodsEnd                              int
	rows, room, expectedRows                int

	classes   arrow.Array
	class     string // of the last row
	classCode uint8
}

// Numbers are the values of a column of a batch in memory that Arrow takes over.
type numbers[T int64 | int32 | uint8] struct {
	buffer *memory.Buffer
	values []T // for as many rows as there is room
}

func newHits(mem memory.Allocator, expectedRows int) *hits {
	// DuckDB may use one batch's dictionary for the next one's rows: it is the same for all.
	list := array.NewStringBuilder(mem)
	defer list.Release()
	list.AppendValues(traffic.NetworkClasses(), nil)
	return &hits{mem: mem, expectedRows: min(max(expectedRows, 1), batchRows), classes: list.NewArray()}
}

// add appends a row. The first one makes room for as many as are expected.
func (h *hits) add(row *hit) {
	if h.rows == h.room {
		h.grow(min(max(h.expectedRows, 2*h.room), batchRows))
	}
	i := h.rows
	h.rows++
	h.at.values[i] = row.at
	h.client.values[i] = row.client
	h.url.values[i] = row.url
	h.agent.values[i] = row.agent
	h.referrer.values[i] = row.referrer
	if row.networkClass != h.class {
		h.class, h.classCode = row.networkClass, uint8(slices.Index(traffic.NetworkClasses(), row.networkClass))
	}
	h.networkClass.values[i] = h.classCode
	h.addMethod(i, row.method)
	h.status.values[i] = row.status
	h.bytes.values[i] = row.bytes
}

func (h *hits) addMethod(i int, method []byte) {
	end := h.methodsEnd + len(method)
	if end > len(h.methods.values) {
		h.methods.grow(h.mem, 2*end, asBytes)
	}
	copy(h.methods.values[h.methodsEnd:], method)
	h.methodsEnd = end
	h.methodEnds.values[i+1] = int32(end)
}

func (h *hits) grow(room int) {
	h.room = room
	for _, c := range []*numbers[int64]{&h.at, &h.client, &h.url, &h.agent, &h.referrer, &h.bytes} {
		c.grow(h.mem, room, arrow.Int64Traits.CastFromBytes)
	}
	h.status.grow(h.mem, room, arrow.Int32Traits.CastFromBytes)
	h.networkClass.grow(h.mem, room, asBytes)
	h.methodEnds.grow(h.mem, room+1, arrow.Int32Traits.CastFromBytes)
	h.methodEnds.values[0] = 0
	h.methods.grow(h.mem, max(4*room, h.methodsEnd), asBytes)
}

func asBytes(bytes []byte) []byte { return bytes }

func (c *numbers[T]) grow(mem memory.Allocator, room int, cast func([]byte) []T) {
	if c.buffer == nil {
		c.buffer = memory.NewResizableBuffer(mem)
	}
	c.buffer.Resize(room * c.width())
	c.values = cast(c.buffer.Bytes())
}

func (c *numbers[T]) width() int {
	switch any(c).(type) {
	case *numbers[int64]:
		return arrow.Int64SizeBytes
	case *numbers[int32]:
		return arrow.Int32SizeBytes
	}
	return 1
}

// take hands over the values of so many rows.
func (c *numbers[T]) take(of arrow.DataType, rows int) arrow.Array {
	data := array.NewData(of, rows, []*memory.Buffer{nil, c.buffer}, nil, 0, 0)
	defer data.Release()
	c.release()
	return array.MakeFromData(data)
}

func (c *numbers[T]) release() {
	if c.buffer != nil {
		c.buffer.Release()
	}
	*c = numbers[T]{}
}

func (h *hits) takeClasses() arrow.Array {
	data := array.NewDataWithDictionary(typeWord, h.rows, []*memory.Buffer{nil, h.networkClass.buffer}, 0, 0, h.classes.Data().(*array.Data))
	defer data.Release()
	h.networkClass.release()
	return array.MakeFromData(data)
}

func (h *hits) takeMethods() arrow.Array {
	data := array.NewData(typeText, h.rows, []*memory.Buffer{nil, h.methodEnds.buffer, h.methods.buffer}, nil, 0, 0)
	defer data.Release()
	h.methodEnds.release()
	h.methods.release()
	h.methodsEnd = 0
	return array.MakeFromData(data)
}

// take hands over the rows so far; the caller releases the batch.
func (h *hits) take() arrow.RecordBatch {
	columns := []arrow.Array{
		h.at.take(typeTime, h.rows), h.client.take(typeCount, h.rows), h.url.take(typeCount, h.rows),
		h.agent.take(typeCount, h.rows), h.referrer.take(typeCount, h.rows), h.takeClasses(), h.takeMethods(),
		h.status.take(arrow.PrimitiveTypes.Int32, h.rows), h.bytes.take(typeCount, h.rows),
	}
	batch := array.NewRecordBatch(hitSchema, columns, int64(h.rows))
	for _, c := range columns {
		c.Release()
	}
	h.rows, h.room = 0, 0
	return batch
}

func (h *hits) release() {
	for _, c := range []*numbers[int64]{&h.at, &h.client, &h.url, &h.agent, &h.referrer, &h.bytes} {
		c.release()
	}
	h.status.release()
	h.networkClass.release()
	h.methodEnds.release()
	h.methods.release()
	h.classes.Release()
}
