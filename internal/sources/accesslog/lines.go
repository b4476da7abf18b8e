package accesslog

import (
	"bytes"
	"errors"
	"io"
)

const (
	// maxLine is the longest line that is read; what is longer is rejected. Servers cut requests
	// far below.
	maxLine = 1 << 20
	// tailSize is how much text before an offset is hashed, so that reading goes on only where
	// it stopped.
	tailSize = 4096
	// blockSize is read at once: it should fit the processor's cache together with what its lines
	// become. bufferSize leaves room for it behind the longest line.
	blockSize  = 256 << 10
	bufferSize = maxLine + 2*blockSize
)

// byteOrderMark is what some programs of Windows begin a file with.
var byteOrderMark = []byte("\xef\xbb\xbf")

// A textLine is one line of a stream.
type textLine struct {
	text      []byte // without its end, leading NUL bytes and a byte order mark; valid until the next line
	offset    int64  // of the text's first byte in the stream
	length    int64  // of the text
	isTooLong bool   // text is empty then
	isWhole   bool   // it has its newline
}

// lines cuts a stream into lines in memory that does not grow with their length.
type lines struct {
	source     io.Reader
	buffer     []byte
	start, end int   // what is unread in buffer
	offset     int64 // of buffer[start] in the stream
	tail       []byte
	err        error // of source, kept until the buffer is used up
}

// newLines reads source, whose first byte is at offset of the stream. tail is the text before it,
// as far as it is known. The buffer is of bufferSize.
func newLines(source io.Reader, offset int64, tail, buffer []byte) *lines {
	return &lines{source: source, offset: offset, tail: bytes.Clone(tail), buffer: buffer}
}

// next is the next line. After the last one comes io.EOF, or the source's error; a line cut off
// by that error is not returned, unless it was too long already.
func (l *lines) next() (textLine, error) {
	l.skipNULs()
	searched := 0
	for {
		if i := bytes.IndexByte(l.buffer[l.start+searched:l.end], '\n'); i >= 0 {
			return l.take(searched+i, 1), nil
		}
		searched = l.end - l.start
		if searched > maxLine {
			return l.takeLong(), nil
		}
		if l.err != nil {
			if searched > 0 && errors.Is(l.err, io.EOF) {
				return l.take(searched, 0), nil
			}
			return textLine{}, l.err
		}
		l.fill()
		if searched == 0 {
			l.skipNULs()
		}
	}
}

// take returns length bytes as a line and skips its end of endLength bytes.
func (l *lines) take(length, endLength int) textLine {
	text := l.buffer[l.start : l.start+length]
	line := textLine{text: text, offset: l.offset, length: int64(length), isWhole: endLength > 0}
	if l.offset == 0 {
		line.text = bytes.TrimPrefix(text, byteOrderMark)
	}
	if length > maxLine {
		line.text, line.isTooLong = nil, true
	}
	if n := len(line.text); n > 0 && line.text[n-1] == '\r' {
		line.text = line.text[:n-1]
	}
	l.skip(length + endLength)
	return line
}

// takeLong reads away a line that does not fit. An error of the source ends it, and is left for
// next to report.
func (l *lines) takeLong() textLine {
	line := textLine{offset: l.offset, isTooLong: true}
	for {
		if i := bytes.IndexByte(l.buffer[l.start:l.end], '\n'); i >= 0 {
			l.skip(i + 1)
			line.length, line.isWhole = l.offset-line.offset-1, true
			return line
		}
		l.skip(l.end - l.start)
		if l.err != nil {
			line.length = l.offset - line.offset
			return line
		}
		l.fill()
	}
}

// skipNULs skips the holes that a truncated file has before its text, however long they are.
func (l *lines) skipNULs() {
	for l.start < l.end && l.buffer[l.start] == 0 {
		rest := l.buffer[l.start:l.end]
		l.skip(len(rest) - len(bytes.TrimLeft(rest, "\x00")))
		if l.start == l.end && l.err == nil {
			l.fill()
		}
	}
}

func (l *lines) skip(n int) {
	l.start += n
	l.offset += int64(n)
}

// fill reads more into the buffer, moving what is unread to its front.
func (l *lines) fill() {
	l.keepTail()
	l.end = copy(l.buffer, l.buffer[l.start:l.end])
	l.start = 0
	for l.err == nil {
		n, err := l.source.Read(l.buffer[l.end:min(l.end+blockSize, len(l.buffer))])
		l.end += n
		l.err = err
		if n > 0 {
			return
		}
	}
}

// keepTail keeps the last bytes before the offset, which are about to leave the buffer.
func (l *lines) keepTail() {
	read := l.buffer[:l.start]
	if len(read) >= tailSize {
		l.tail = append(l.tail[:0], read[len(read)-tailSize:]...)
		return
	}
	l.tail = append(l.tail, read...)
	if surplus := len(l.tail) - tailSize; surplus > 0 {
		l.tail = append(l.tail[:0], l.tail[surplus:]...)
	}
}

// before is the text before the offset, up to tailSize of it.
func (l *lines) before() []byte {
	text := append(bytes.Clone(l.tail), l.buffer[:l.start]...)
	return text[max(0, len(text)-tailSize):]
}
