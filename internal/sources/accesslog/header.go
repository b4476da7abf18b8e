package accesslog

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// headerBefore is the last header before an offset of a file, which says what the lines after it
// have. In a plain file it is looked for backwards, since the file may be long and say it often.
func (t *task) headerBefore(whole io.Reader, handle *os.File, buffer []byte) ([]byte, error) {
	if !t.file.isPacked() {
		if header, err := lastHeader(handle, t.start, buffer); err != nil || header != nil {
			return header, err
		}
	}
	return replayHeader(io.LimitReader(whole, t.start), buffer)
}

// lastHeader looks through blocks from the end back; nothing if no header was found.
func lastHeader(text io.ReaderAt, end int64, buffer []byte) ([]byte, error) {
	for to := end; to > 0; {
		from := max(to-blockSize, 0)
		block := buffer[:min(to+int64(len(headerStart)), end)-from]
		if _, err := text.ReadAt(block, from); err != nil {
			return nil, err
		}
		found := -1
		for at := 0; at < int(to-from); at++ {
			i := bytes.IndexByte(block[at:to-from], '#')
			if i < 0 {
				break
			}
			at += i
			if bytes.HasPrefix(block[at:], headerStart) && isLineStart(block[:at], from == 0) {
				found = at
			}
		}
		if found >= 0 {
			return lineAt(text, from+int64(found), end, buffer)
		}
		if from == 0 {
			break
		}
		to = from + 1 // What stands at the block's start may be a line's.
	}
	return nil, nil
}

// isLineStart says that a line begins behind the text: after the end of another, or at the file's
// start. The holes of a truncated file are no part of a line.
func isLineStart(before []byte, isWhole bool) bool {
	text := bytes.TrimRight(before, "\x00")
	if len(text) == 0 {
		return isWhole || len(before) > 0
	}
	return text[len(text)-1] == '\n' || isWhole && bytes.Equal(text, byteOrderMark)
}

// lineAt is the line that begins at an offset.
func lineAt(text io.ReaderAt, offset, end int64, buffer []byte) ([]byte, error) {
	line := buffer[:min(end-offset, maxLine)]
	if _, err := text.ReadAt(line, offset); err != nil {
		return nil, err
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), nil
}

// replayHeader reads all of a text, and returns its last header.
func replayHeader(before io.Reader, buffer []byte) ([]byte, error) {
	var header []byte
	lines := newLines(before, 0, nil, buffer)
	for {
		line, err := lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return header, nil
		case err != nil:
			return nil, err
		case bytes.HasPrefix(line.text, headerStart):
			header = append(header[:0], line.text...)
		}
	}
}
