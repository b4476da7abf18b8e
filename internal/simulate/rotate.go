package simulate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"
)

// logWriter appends lines to one log and rotates it as logrotate does with delaycompress: the
// newest rotated file stays plain, since a server may still be writing to it.
type logWriter struct {
	w         *World
	spec      *logSpec
	path      string
	now       *openFile // the growing file
	before    *openFile // the newest rotated file, while stragglers are written to it
	rotated   int64     // the last rotation; never if there was none
	next      int64     // the next one
	rotations int       // how many there were
	gz        *gzip.Writer
}

// openFile is a file being appended to, with the time of its last line.
type openFile struct {
	file *os.File
	*bufio.Writer
	written int64
}

func appendTo(path string) (*openFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	return &openFile{file: f, Writer: bufio.NewWriterSize(f, 1<<16)}, nil
}

// done closes the file and dates it to its last line, as the server's disk would show it.
func (o *openFile) done() error {
	if o == nil {
		return nil
	}
	err := errors.Join(o.Flush(), o.file.Close())
	if err == nil && o.written > 0 {
		err = os.Chtimes(o.file.Name(), time.Unix(o.written, 0), time.Unix(o.written, 0))
	}
	return err
}

func (w *World) openLog(path string, spec *logSpec, begin int64) (*logWriter, error) {
	_, err := os.Stat(path)
	switch {
	case err == nil && begin == w.start:
		return nil, fmt.Errorf("simulated log %s is there already: start with an empty directory", path)
	case errors.Is(err, fs.ErrNotExist) && begin > w.start:
		return nil, fmt.Errorf("simulated log %s is missing: write the days before %s first", path, time.Unix(begin, 0).UTC().Format(time.RFC3339))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	lw := &logWriter{w: w, spec: spec, path: path, rotated: never}
	for lw.next = lw.rotationFrom(w.start); lw.next < begin; lw.next = lw.rotationFrom(lw.next + 1) {
		lw.rotated = lw.next
		lw.rotations++
	}
	lw.now, err = appendTo(path)
	return lw, err
}

// rotationFrom is the first rotation at or after a moment.
func (lw *logWriter) rotationFrom(at int64) int64 {
	for number := lw.w.dayOf(at); ; number++ {
		if moment := lw.w.midnight(number) + rotateAt; moment >= at && lw.spec.rotates(number) {
			return moment
		}
	}
}

func (lw *logWriter) line(e event, text []byte) error {
	for lw.next <= e.written {
		if err := lw.rotate(); err != nil {
			return err
		}
	}
	if lw.spec.lost.holds(e.written) {
		return nil
	}
	to := lw.now
	if lw.spec.late && lw.rotated != never && e.asked < lw.rotated {
		// The process that serves this request still holds the file that was renamed.
		if lw.before == nil {
			var err error
			if lw.before, err = appendTo(lw.rotatedPath(1, lw.rotated)); err != nil {
				return err
			}
		}
		to = lw.before
	}
	to.written = max(to.written, e.written)
	_, err := to.Write(text)
	return err
}

// rotatedPath is the name of the n-th newest rotated file, which was rotated at a given moment.
func (lw *logWriter) rotatedPath(n int, at int64) string {
	if lw.spec.dated {
		return lw.path + "-" + time.Unix(at, 0).UTC().Format("20060102")
	}
	return fmt.Sprintf("%s.%d", lw.path, n)
}

func (lw *logWriter) rotate() error {
	if err := errors.Join(lw.before.done(), lw.now.done()); err != nil {
		return err
	}
	lw.before = nil
	if !lw.spec.dated {
		for n := lw.rotations; n >= 2; n-- {
			if err := os.Rename(lw.rotatedPath(n, 0)+".gz", lw.rotatedPath(n+1, 0)+".gz"); err != nil {
				return err
			}
		}
	}
	if lw.rotations > 0 {
		if err := lw.compress(lw.rotatedPath(1, lw.rotated), lw.rotatedPath(2, lw.rotated)+".gz"); err != nil {
			return err
		}
	}
	if err := os.Rename(lw.path, lw.rotatedPath(1, lw.next)); err != nil {
		return err
	}
	lw.rotated = lw.next
	lw.rotations++
	lw.next = lw.rotationFrom(lw.next + 1)
	var err error
	lw.now, err = appendTo(lw.path)
	return err
}

// compress writes a file as gzip and removes it, keeping its date as gzip(1) does.
func (lw *logWriter) compress(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // only read
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if lw.gz == nil {
		if lw.gz, err = gzip.NewWriterLevel(out, gzip.BestSpeed); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	lw.gz.Reset(out)
	_, err = io.Copy(lw.gz, in)
	if err = errors.Join(err, lw.gz.Close(), out.Close()); err != nil {
		return err
	}
	if err := os.Chtimes(to, info.ModTime(), info.ModTime()); err != nil {
		return err
	}
	return os.Remove(from)
}

// finish rotates up to a moment and closes the files.
func (lw *logWriter) finish(end int64) error {
	for lw.next < end {
		if err := lw.rotate(); err != nil {
			return err
		}
	}
	err := errors.Join(lw.before.done(), lw.now.done())
	lw.before, lw.now = nil, nil
	return err
}

// close gives the files up where WriteLogs failed.
func (lw *logWriter) close() {
	for _, o := range []*openFile{lw.before, lw.now} {
		if o != nil {
			_ = o.file.Close() // the error that matters is on its way to the caller
		}
	}
}
