package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// defaultTableRows is how many rows a table shows unless --limit says otherwise: more than anybody
// reads, and few enough to be laid out in memory.
const defaultTableRows = 1000

// A sink writes one answer in one format. Its writes are buffered by whoever made it.
type sink interface {
	write(batch arrow.RecordBatch) error
	// end writes what follows the last row. more says that the answer had further rows.
	end(rows int64, more bool) error
}

// newSink makes a sink. width is that of the terminal, 0 for none.
type newSink func(w io.Writer, schema *arrow.Schema, width int) (sink, error)

// formats are the forms of an answer.
var formats = map[string]newSink{
	"table":    newTable,
	"markdown": newMarkdown,
	"csv":      newCSV,
	"json":     newJSON,
	"ndjson":   newNDJSON,
	"parquet":  newParquet,
}

const formatNames = "table, csv, json, ndjson, markdown or parquet"

// extensions give the format of --output where --format is not said.
var extensions = map[string]string{
	".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
	".md": "markdown", ".parquet": "parquet", ".txt": "table", ".tsv": "tsv",
}

// output is where and how an answer is written.
type output struct {
	format string // "" takes it from path, or is a table
	path   string // "" is standard output
	limit  int64  // rows at most; 0 all; below 0 what suits the format
	stdout io.Writer
	stderr io.Writer
	width  int // of the terminal, 0 if stdout is none

	own      map[string]newSink // forms of the question's own, before those of formats
	standard string             // the one it has unless told otherwise; "" a table
}

// resolve completes the format and refuses what cannot be, before anything is opened.
func (o *output) resolve(database string) error {
	if o.format == "" {
		o.format = extensions[strings.ToLower(filepath.Ext(o.path))]
	}
	if o.format == "" {
		o.format = cmp.Or(o.standard, "table")
	}
	if o.newSink() == nil {
		names := formatNames
		if o.standard != "" {
			names = o.standard + ", " + names
		}
		return usageError{fmt.Errorf("--format %s is unknown: use %s", o.format, names)}
	}
	if o.format == "parquet" && o.path == "" {
		return usageError{errors.New("a parquet file is not for a terminal: name it with --output FILE")}
	}
	if o.limit < 0 && (o.format == "table" || o.format == "markdown") {
		o.limit = defaultTableRows
	}
	if o.path == "" {
		return nil
	}
	info, err := os.Stat(o.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usageError{fmt.Errorf("--output: %w", err)}
	case info.IsDir():
		return usageError{fmt.Errorf("--output %s is a directory: name a file in it", o.path)}
	}
	if published, err := os.Stat(database); err == nil && os.SameFile(info, published) {
		return usageError{fmt.Errorf("--output %s is the published file itself: name another", o.path)}
	}
	return nil
}

func (o *output) newSink() newSink {
	if own := o.own[o.format]; own != nil {
		return own
	}
	return formats[o.format]
}

// write sends the whole answer and says on stderr what a reader has to know about it.
func (o *output) write(ctx context.Context, s *stream) error {
	if o.path == "" {
		_, err := o.copy(ctx, s, o.stdout)
		return err
	}
	var rows int64
	err := writeFile(o.path, func(w io.Writer) (err error) {
		rows, err = o.copy(ctx, s, w)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.stderr, "%s in %s\n", countOf(rows, "row"), o.path)
	return err
}

func (o *output) copy(ctx context.Context, s *stream, w io.Writer) (int64, error) {
	if o.format == "json" || o.format == "ndjson" || o.format == "parquet" {
		if err := distinctNames(s.schema); err != nil {
			return 0, err
		}
	}
	buffered := bufio.NewWriterSize(w, 64<<10)
	to, err := o.newSink()(buffered, s.schema, o.width)
	if err != nil {
		return 0, err
	}
	rows, more, err := o.drain(ctx, s, to)
	if err != nil {
		// What was written stands, so that it is seen how far the answer came.
		return rows, errors.Join(err, buffered.Flush())
	}
	if err := to.end(rows, more); err != nil {
		return rows, err
	}
	if err := buffered.Flush(); err != nil {
		return rows, err
	}
	if more {
		_, err = fmt.Fprintf(o.stderr, "Only the first %s: --limit 0 gives all.\n",
			countOf(rows, "row"))
	}
	return rows, err
}

// drain moves rows until the end of the answer or the limit; more says that the limit cut it.
func (o *output) drain(ctx context.Context, s *stream, to sink) (rows int64, more bool, err error) {
	for {
		batch, err := s.next(ctx)
		if batch == nil || err != nil {
			return rows, false, err
		}
		if o.limit > 0 && rows+batch.NumRows() > o.limit {
			part := batch.NewSlice(0, o.limit-rows)
			err = to.write(part)
			part.Release()
			batch.Release()
			return o.limit, true, err
		}
		err = to.write(batch)
		rows += batch.NumRows()
		batch.Release()
		if err != nil {
			return rows, false, err
		}
	}
}

func distinctNames(schema *arrow.Schema) error {
	for i, field := range schema.Fields() {
		if slices.ContainsFunc(schema.Fields()[:i], func(f arrow.Field) bool { return f.Name == field.Name }) {
			return fmt.Errorf("two columns are called %s, and here names must differ: "+
				"give one another name with `as`", field.Name)
		}
	}
	return nil
}

// writeFile makes the file at path from what fill writes, under another name until it is complete.
// A pipe or a device is written to as it is.
func writeFile(path string, fill func(io.Writer) error) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(fill(f), f.Close())
	}
	partial := fmt.Sprintf("%s.%d.partial", path, os.Getpid())
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(partial))
		}
	}()
	if err := errors.Join(fill(f), f.Close()); err != nil {
		return err
	}
	return os.Rename(partial, path)
}
