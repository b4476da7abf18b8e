package accesslog

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// A window is a piece of a stream: the length bytes before end.
type window struct{ end, length int64 }

// A survey is what a look at a whole file tells.
type survey struct {
	isDone      bool
	length      int64 // of the text that can be taken: whole lines, and the last one of a sound archive
	isTruncated bool
	tails       map[window]string // hashes of the windows asked for, where the text reaches so far
}

// look surveys the file. A plain file is only looked at where it must be; a compressed one is
// read through, so it is surveyed only where there is a doubt.
func (f *file) look(ctx context.Context, key StreamKey, windows []window) (survey, error) {
	text, handle, err := f.open(f.info.Size())
	if err != nil {
		return survey{}, err
	}
	defer handle.Close()
	if !f.isPacked() {
		return lookPlain(handle, f.info.Size(), key, windows)
	}
	found := survey{isDone: true, tails: map[window]string{}}
	pieces := make([][]byte, len(windows))
	buffer := make([]byte, blockSize)
	var offset, lastLine int64
	for {
		n, err := text.Read(buffer)
		block := buffer[:n]
		for i, w := range windows {
			from, to := max(w.end-w.length-offset, 0), min(w.end-offset, int64(n))
			if from < to {
				pieces[i] = append(pieces[i], block[from:to]...)
			}
		}
		if i := bytes.LastIndexByte(block, '\n'); i >= 0 {
			lastLine = offset + int64(i) + 1
		}
		offset += int64(n)
		if errors.Is(err, io.EOF) {
			found.length = offset
			break
		}
		if errors.Is(err, errTruncated) {
			found.length, found.isTruncated = lastLine, true
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return survey{}, err
		}
	}
	for i, w := range windows {
		if int64(len(pieces[i])) == w.length {
			found.tails[w] = key.tailHash(pieces[i])
		}
	}
	return found, nil
}

func lookPlain(handle *os.File, size int64, key StreamKey, windows []window) (survey, error) {
	found := survey{isDone: true, tails: map[window]string{}}
	for _, w := range windows {
		if w.end > size {
			continue
		}
		piece, err := readPiece(handle, w)
		if err != nil {
			return survey{}, err
		}
		found.tails[w] = key.tailHash(piece)
	}
	var err error
	found.length, err = lastLineEnd(handle, size)
	return found, err
}

func readPiece(handle io.ReaderAt, w window) ([]byte, error) {
	piece := make([]byte, w.length)
	_, err := handle.ReadAt(piece, w.end-w.length)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return piece, err
}

// lastLineEnd is the offset after the last newline before size, 0 if there is none.
func lastLineEnd(handle io.ReaderAt, size int64) (int64, error) {
	buffer := make([]byte, 64<<10)
	for end := size; end > 0; {
		n := min(end, int64(len(buffer)))
		if _, err := handle.ReadAt(buffer[:n], end-n); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.LastIndexByte(buffer[:n], '\n'); i >= 0 {
			return end - n + int64(i) + 1, nil
		}
		end -= n
	}
	return 0, nil
}

// lineEndAfter is the offset after the first newline at or after from; size if there is none.
func lineEndAfter(handle io.ReaderAt, from, size int64) (int64, error) {
	buffer := make([]byte, 64<<10)
	for from < size {
		n := min(size-from, int64(len(buffer)))
		if _, err := handle.ReadAt(buffer[:n], from); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.IndexByte(buffer[:n], '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		from += n
	}
	return size, nil
}
