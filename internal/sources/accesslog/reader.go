package accesslog

import (
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// A reader yields batches that a function makes one after the other, from whichever thread asks.
type reader struct {
	schema *arrow.Schema
	pull   func() (arrow.RecordBatch, error) // no batch and no error: the end
	done   func()                            // called once, when nobody uses the reader any more

	mutex   sync.Mutex
	users   int
	current arrow.RecordBatch
	err     error
	isEnded bool
}

var _ array.RecordReader = (*reader)(nil)

func newReader(schema *arrow.Schema, pull func() (arrow.RecordBatch, error), done func()) *reader {
	return &reader{schema: schema, pull: pull, done: done, users: 1}
}

func (r *reader) Schema() *arrow.Schema { return r.schema }

// Next gets the next batch; the one before it is released.
func (r *reader) Next() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.drop()
	if r.isEnded {
		return false
	}
	r.current, r.err = r.pull()
	r.isEnded = r.current == nil
	return !r.isEnded
}

func (r *reader) RecordBatch() arrow.RecordBatch { return r.current }

// Record is RecordBatch by its old name.
func (r *reader) Record() arrow.RecordBatch { return r.current }

func (r *reader) Err() error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.err
}

func (r *reader) Retain() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.users++
}

func (r *reader) Release() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.users--; r.users != 0 {
		return
	}
	r.drop()
	r.isEnded = true
	r.done()
}

func (r *reader) drop() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}
