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
	networkClass, method                    words
	rows, room, expectedRows                int
}

// Numbers are the values of a column of a batch in memory that Arrow takes over.
type numbers[T int64 | int32 | uint8] struct {
	buffer *memory.Buffer
	values []T // for as many rows as there is room
}

// Words are a column whose texts are those of a short list: for each row a place in it.
type words struct {
	places numbers[uint8]
	list   []string
	texts  arrow.Array // the list
	last   uint8       // place of the last row
}

// methods are those that are told apart; the last one is for all others.
var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "other"}

func newHits(mem memory.Allocator, expectedRows int) *hits {
	return &hits{
		mem: mem, expectedRows: min(max(expectedRows, 1), batchRows),
		networkClass: newWords(mem, traffic.NetworkClasses()), method: newWords(mem, methods),
	}
}

func newWords(mem memory.Allocator, list []string) words {
	builder := array.NewStringBuilder(mem)
	defer builder.Release()
	builder.AppendValues(list, nil)
	return words{list: list, texts: builder.NewArray()}
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
	if row.networkClass != h.networkClass.list[h.networkClass.last] {
		h.networkClass.find(row.networkClass)
	}
	h.networkClass.places.values[i] = h.networkClass.last
	if string(row.method) != h.method.list[h.method.last] {
		h.method.find(string(row.method))
	}
	h.method.places.values[i] = h.method.last
	h.status.values[i] = row.status
	h.bytes.values[i] = row.bytes
}

// find looks a word up; one that is not in the list is taken for the last one.
func (w *words) find(word string) {
	i := slices.Index(w.list, word)
	if i < 0 {
		i = len(w.list) - 1
	}
	w.last = uint8(i)
}

func (h *hits) grow(room int) {
	h.room = room
	for _, c := range []*numbers[int64]{&h.at, &h.client, &h.url, &h.agent, &h.referrer, &h.bytes} {
		c.grow(h.mem, room, arrow.Int64Traits.CastFromBytes)
	}
	h.status.grow(h.mem, room, arrow.Int32Traits.CastFromBytes)
	h.networkClass.places.grow(h.mem, room, asBytes)
	h.method.places.grow(h.mem, room, asBytes)
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

func (w *words) take(rows int) arrow.Array {
	data := array.NewDataWithDictionary(typeWord, rows, []*memory.Buffer{nil, w.places.buffer}, 0, 0, w.texts.Data().(*array.Data))
	defer data.Release()
	w.places.release()
	return array.MakeFromData(data)
}

// take hands over the rows so far; the caller releases the batch.
func (h *hits) take() arrow.RecordBatch {
	columns := []arrow.Array{
		h.at.take(typeTime, h.rows), h.client.take(typeCount, h.rows), h.url.take(typeCount, h.rows),
		h.agent.take(typeCount, h.rows), h.referrer.take(typeCount, h.rows), h.networkClass.take(h.rows), h.method.take(h.rows),
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
	for _, w := range []*words{&h.networkClass, &h.method} {
		w.places.release()
		w.texts.Release()
	}
}
