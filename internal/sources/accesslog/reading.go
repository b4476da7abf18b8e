package accesslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/arrow/memory/mallocator"

	"footfall/internal/sources"
)

// A reading is one reading of a unit: a goroutine that reads, parses and builds batches ahead,
// and the readers that take them. It begins with the first request for a batch, and ends when the
// last of its readers is released.
//
// The text of a compressed file may be of any length, but the texts that go into the side tables
// must not pile up until its end. So a long one is read in parts, each with hits and side tables
// of its own.
type reading struct {
	source *Source
	task   task
	id     string
	end    int64 // of the unit in a plain file; -1 in a compressed one, which is read to its end
	isLast bool  // nothing of the file is left after this unit
	parts  int
	memory memory.Allocator

	ctx      context.Context
	cancel   context.CancelFunc
	messages chan message

	mutex     sync.Mutex
	isStarted bool
	readers   int // not released yet
	part      int // hits of the parts before it were read to their end
	sides     []sideBatches
	isDone    bool
	receipt   receipt
	tally     *tally
	sent      *sent // once all was read
	err       error // of the goroutine, which sets it last: to be read once isDone
}

// A message is a batch of hits, or the side tables at a part's end.
type message struct {
	hits  arrow.RecordBatch
	sides *sideBatches
}

// expansion is how many times longer than the compressed file a text is taken to be. If it is
// longer still, its last part is.
const expansion = 24

func newReading(ctx context.Context, s *Source, t task, id string, end int64, isLast bool) *reading {
	r := &reading{source: s, task: t, id: id, end: end, isLast: isLast, parts: 1, memory: s.memory}
	own := *t.file
	r.task.file = &own
	if own.isPacked() {
		r.parts = int(1 + own.info.Size()*expansion/s.Config.unitBytes())
	}
	if r.memory == nil {
		r.memory = mallocator.NewMallocator()
	}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.messages = make(chan message, 2)
	r.sides = make([]sideBatches, r.parts)
	return r
}

func (r *reading) rows() []sources.Rows {
	var rows []sources.Rows
	add := func(name string, schema *arrow.Schema, pull func() (arrow.RecordBatch, error)) {
		r.readers++
		rows = append(rows, sources.Rows{Table: name, Reader: newReader(schema, pull, r.releaseOne)})
	}
	for part := range r.parts {
		add("raw.hit", hitSchema, func() (arrow.RecordBatch, error) { return r.nextHits(part) })
		for i, side := range sideTables {
			add(side.name, side.schema, func() (arrow.RecordBatch, error) { return r.nextSide(part, i) })
		}
	}
	for _, ledger := range [...]struct {
		name   string
		schema *arrow.Schema
		make   func() []arrow.RecordBatch
	}{
		{"ledger.unit_hour", hourSchema, func() []arrow.RecordBatch { return r.tally.hourRows(r.memory, r.source.Config.Name) }},
		{"ledger.dropped_count", droppedSchema, func() []arrow.RecordBatch { return r.tally.droppedRows(r.memory) }},
		{"ledger.hit_day", daySchema, func() []arrow.RecordBatch { return dayRows(r.memory, r.tally.hitDays) }},
		{"ledger.resalted_day", daySchema, func() []arrow.RecordBatch { return dayRows(r.memory, r.tally.resalted) }},
		{"ledger.unit", unitSchema, func() []arrow.RecordBatch { return r.receipt.rows(r.memory, r.tally, r.source.Key) }},
	} {
		add(ledger.name, ledger.schema, r.once(ledger.make))
	}
	return rows
}

// nextHits is the next batch of a part's hits.
func (r *reading) nextHits(part int) (arrow.RecordBatch, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.start()
	if r.isDone {
		return nil, r.err
	}
	if part < r.part {
		return nil, nil // the part was read before
	}
	m, ok := <-r.messages
	switch {
	case !ok:
		r.isDone = true
		return nil, r.err
	case m.sides != nil:
		r.sides[r.part] = *m.sides
		r.part++
		return nil, nil // the end of the part
	}
	return m.hits, nil
}

var errEarly = errors.New("rows were asked for before the hits were read")

func (r *reading) nextSide(part, table int) (arrow.RecordBatch, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.isDone && r.err != nil {
		return nil, r.err
	}
	if r.part <= part && !r.isDone {
		return nil, r.early()
	}
	batches := &r.sides[part][table]
	if len(*batches) == 0 {
		return nil, nil // the end
	}
	batch := (*batches)[0]
	*batches = (*batches)[1:]
	return batch, nil
}

// once yields the batches of a ledger table, which are made when everything was read.
func (r *reading) once(build func() []arrow.RecordBatch) func() (arrow.RecordBatch, error) {
	isMade := false
	return func() (arrow.RecordBatch, error) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		if !r.isDone && r.part == r.parts {
			<-r.messages // After the last part nothing comes: it is closed.
			r.isDone = true
		}
		switch {
		case !r.isDone:
			return nil, r.early()
		case r.err != nil:
			return nil, r.err
		case isMade:
			return nil, nil // the end
		}
		isMade = true
		batches := build()
		if len(batches) == 0 {
			return nil, nil // no rows
		}
		return batches[0], nil // Such tables fit a batch: a unit has few hours and reasons.
	}
}

func (r *reading) early() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return fmt.Errorf("%s: %w", r.task.file.path, errEarly)
}

func (r *reading) start() {
	if r.isStarted {
		return
	}
	r.isStarted = true
	go func() {
		defer close(r.messages)
		r.err = r.run()
	}()
}

// releaseOne ends the reading with its last reader.
func (r *reading) releaseOne() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.readers--; r.readers > 0 {
		return
	}
	r.cancel()
	if r.isStarted {
		for m := range r.messages {
			if m.hits != nil {
				m.hits.Release()
			}
			if m.sides != nil {
				releaseSides(m.sides)
			}
		}
	}
	for i := range r.sides {
		releaseSides(&r.sides[i])
	}
}

func releaseSides(sides *sideBatches) {
	for _, batches := range sides {
		releaseAll(batches)
	}
}

// shortLine is a short line of a log.
const shortLine = 64

// expectedRows is about how many rows a part of the unit has at most: a small unit, of which
// there are many, should not ask for the memory of a large one.
func (r *reading) expectedRows() int {
	length := min(r.task.file.info.Size()*expansion, r.source.Config.unitBytes())
	if r.end >= 0 {
		length = r.end - r.task.start
	}
	return int(min(length/shortLine+1, 1<<30))
}

// send hands a message over, or releases what is in it if nobody waits for it any more.
func (r *reading) send(m message) error {
	select {
	case r.messages <- m:
		return nil
	case <-r.ctx.Done():
		if m.hits != nil {
			m.hits.Release()
		}
		if m.sides != nil {
			releaseSides(m.sides)
		}
		return r.ctx.Err()
	}
}

// run reads the unit to its end.
func (r *reading) run() error {
	buffer := make([]byte, bufferSize)
	text, err := r.task.open(r.ctx, &r.source.Config, r.source.Key, r.end, buffer)
	if err != nil {
		return explainFile(r.task.file.path, err)
	}
	defer text.close()
	sent := r.source.sent.take(r.expectedRows())
	shaper := newShaper(r.source, text, r.memory, r.expectedRows(), sent)
	defer shaper.release()
	lines := newLines(text, r.task.start, text.tail, buffer)
	if err := r.read(lines, shaper); err != nil {
		return err
	}
	if err := shaper.tally.check(&r.source.Config, r.task.file.path, text.format.name); err != nil {
		return err
	}
	last := shaper.texts.take()
	r.tally = shaper.tally
	r.receipt = receipt{task: r.task, id: r.id, log: r.source.Config.Name, end: lines.offset, tailText: lines.before()}
	r.sent = sent
	if r.isLast {
		r.source.note(r.task.file.seen(r.task.stream, lines.offset))
	}
	return r.send(message{sides: &last})
}

// read takes all lines, and sends all but the side tables of the last part.
func (r *reading) read(lines *lines, shaper *shaper) error {
	partEnd := r.task.start + r.source.Config.unitBytes()
	for part := 0; ; {
		line, err := lines.next()
		if errors.Is(err, io.EOF) || (r.source.Config.AcceptTruncated && errors.Is(err, errTruncated)) {
			break
		}
		if err != nil {
			return err
		}
		if r.end >= 0 && !line.isWhole {
			return r.cut(lines.offset)
		}
		if err := shaper.line(line); err != nil {
			return err
		}
		if shaper.hits.rows == batchRows {
			if err := r.send(message{hits: shaper.hits.take()}); err != nil {
				return err
			}
		}
		if lines.offset >= partEnd && part < r.parts-1 {
			if err := r.sendHits(shaper); err != nil {
				return err
			}
			sides := shaper.texts.take()
			if err := r.send(message{sides: &sides}); err != nil {
				return err
			}
			part++
			partEnd += r.source.Config.unitBytes()
		}
	}
	if r.end >= 0 && lines.offset != r.end {
		return r.cut(lines.offset)
	}
	return r.sendHits(shaper)
}

func (r *reading) cut(offset int64) error {
	return fmt.Errorf("%s: the text ends at byte %d, and a line ended at byte %d when the file was looked at: it was cut meanwhile; run again",
		r.task.file.path, offset, r.end)
}

func (r *reading) sendHits(shaper *shaper) error {
	if shaper.hits.rows == 0 {
		return nil
	}
	return r.send(message{hits: shaper.hits.take()})
}
