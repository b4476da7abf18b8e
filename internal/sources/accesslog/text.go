package accesslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// A text is a file's text from a task's start on, opened and found to be what was planned.
type text struct {
	io.Reader
	format format
	parse  parser // it knows the headers before the start
	tail   []byte // the text before the start
	close  func()
}

var errReplaced = errors.New("it is not the file that was looked at any more (rotated?): run again")

// open opens the task's text up to end (not used for a compressed file). Between the plan and
// this the file may have been rotated, so its head and the text before the start are compared
// once more. The buffer is of bufferSize, and free again afterwards.
func (t *task) open(ctx context.Context, config *Config, key StreamKey, end int64, buffer []byte) (*text, error) {
	whole, handle, err := t.file.open(t.file.info.Size())
	if err != nil {
		return nil, err
	}
	opened := &text{close: func() { _ = handle.Close() }}
	if err := t.fill(ctx, opened, whole, handle, config, key, end, buffer); err != nil {
		opened.close()
		return nil, err
	}
	return opened, nil
}

func (t *task) fill(
	ctx context.Context, opened *text, whole io.Reader, handle *os.File, config *Config, key StreamKey, end int64, buffer []byte,
) error {
	info, err := handle.Stat()
	if err != nil {
		return err
	}
	planned := t.file.info
	if !os.SameFile(info, planned) ||
		t.file.isPacked() && (info.Size() != planned.Size() || !info.ModTime().Equal(planned.ModTime())) {
		return fmt.Errorf("%s: %w", t.file.path, errReplaced)
	}
	found, err := readHead(key, whole, t.file.isPacked(), buffer)
	if err != nil {
		return err
	}
	if shared, ok := t.file.head.agrees(found); !ok || shared < len(t.file.head) {
		return fmt.Errorf("%s: %w", t.file.path, errReplaced)
	}
	if opened.format, err = chooseFormat(rewind(whole, handle, planned.Size()), config, buffer); err != nil {
		return fmt.Errorf("%s: %w", t.file.path, err)
	}
	opened.parse = opened.format.open(config.Zone)
	if opened.format.hasHeader && t.start > 0 {
		header, err := t.headerBefore(&watched{ctx, rewind(whole, handle, t.start)}, handle, buffer)
		if err != nil {
			return err
		}
		opened.parse(header, &Entry{})
	}
	whole = &watched{ctx, rewind(whole, handle, end)}
	if opened.tail, err = skipTo(whole, handle, t.start, buffer); err != nil {
		return err
	}
	if n := int64(len(opened.tail)); t.tailHash != "" &&
		(n < t.tailLength || key.tailHash(opened.tail[n-t.tailLength:]) != t.tailHash) {
		return fmt.Errorf("%s: %w", t.file.path, errReplaced)
	}
	opened.Reader = whole
	if t.file.isPacked() {
		ahead := readAhead(whole)
		opened.Reader, opened.close = ahead, func() { ahead.stop(); _ = handle.Close() }
	}
	return nil
}

// rewind is the text from its start again, up to limit in a plain file.
func rewind(whole io.Reader, handle *os.File, limit int64) io.Reader {
	if packed, ok := whole.(*packedText); ok {
		return &packedText{path: packed.path, packing: packed.packing, handle: io.NewSectionReader(handle, 0, 1<<62)}
	}
	return io.NewSectionReader(handle, 0, limit)
}

// skipTo moves to an offset, and returns up to tailSize of the text before it.
func skipTo(whole io.Reader, handle *os.File, offset int64, buffer []byte) (tail []byte, err error) {
	w := window{offset, min(offset, tailSize)}
	if section, ok := unwatched(whole).(*io.SectionReader); ok {
		if _, err := section.Seek(offset, io.SeekStart); err != nil {
			return nil, err
		}
		return readPiece(handle, w)
	}
	if _, err := io.CopyBuffer(onlyWriter{io.Discard}, io.LimitReader(whole, offset-w.length), buffer[:blockSize]); err != nil {
		return nil, err
	}
	tail = make([]byte, w.length)
	_, err = io.ReadFull(whole, tail)
	return tail, err
}

// onlyWriter hides io.Discard's own way of reading, which has smaller buffers.
type onlyWriter struct{ io.Writer }

const (
	sampleBytes = 64 << 10
	sampleLines = 200
)

// chooseFormat takes the configured format, or detects it from the file's first lines.
func chooseFormat(whole io.Reader, config *Config, buffer []byte) (format, error) {
	if f, isGiven, err := config.format(); isGiven {
		return f, err
	}
	var sample []byte
	lines := newLines(whole, 0, nil, buffer)
	for count := 0; count < sampleLines && len(sample) < sampleBytes; count++ {
		line, err := lines.next()
		if err != nil { // The end, or what the reading itself will report.
			break
		}
		sample = append(append(sample, line.text...), '\n')
	}
	return detect(bytes.Clone(sample))
}

// watched ends with the context.
type watched struct {
	ctx context.Context
	io.Reader
}

func (w *watched) Read(buffer []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Reader.Read(buffer)
}

func unwatched(r io.Reader) io.Reader {
	if w, ok := r.(*watched); ok {
		return w.Reader
	}
	return r
}

// ahead decompresses in a goroutine of its own while the lines before are parsed.
type ahead struct {
	blocks chan block
	free   chan []byte
	quit   chan struct{}
	block  block
	rest   []byte
}

type block struct {
	bytes []byte
	err   error
}

const blocksAhead = 3

func readAhead(source io.Reader) *ahead {
	a := &ahead{blocks: make(chan block, blocksAhead), free: make(chan []byte, blocksAhead), quit: make(chan struct{})}
	for range blocksAhead {
		a.free <- make([]byte, blockSize)
	}
	go a.run(source)
	return a
}

func (a *ahead) run(source io.Reader) {
	defer close(a.blocks)
	for {
		var buffer []byte
		select {
		case buffer = <-a.free:
		case <-a.quit:
			return
		}
		n := 0
		var err error
		for n < len(buffer) && err == nil {
			var read int
			read, err = source.Read(buffer[n:])
			n += read
		}
		a.blocks <- block{buffer[:n], err} // Never blocks: there are as many places as buffers.
		if err != nil {
			return
		}
	}
}

func (a *ahead) Read(buffer []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.block.err != nil {
			return 0, a.block.err
		}
		if a.block.bytes != nil {
			a.free <- a.block.bytes[:cap(a.block.bytes)]
		}
		a.block = <-a.blocks
		a.rest = a.block.bytes
	}
	n := copy(buffer, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// stop ends the goroutine and waits for it.
func (a *ahead) stop() {
	close(a.quit)
	for range a.blocks { // Until it is closed.
	}
}
