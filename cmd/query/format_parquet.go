package main

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// rowGroup is how many rows are kept in memory before they are written.
const rowGroup = 122_880

// parquetSink writes Parquet itself, since the engine may write no file.
type parquetSink struct{ w *pqarrow.FileWriter }

func newParquet(w io.Writer, schema *arrow.Schema, _ int) (sink, error) {
	// The writer would close what it writes to if it could, and the file has an owner.
	to, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w},
		parquet.NewWriterProperties(
			parquet.WithCompression(compress.Codecs.Zstd),
			parquet.WithMaxRowGroupLength(rowGroup),
			parquet.WithCreatedBy("footfall query"),
		),
		pqarrow.NewArrowWriterProperties())
	if err != nil {
		return nil, fmt.Errorf("a column has no form in Parquet, cast it to varchar: %w", err)
	}
	return parquetSink{to}, nil
}

func (s parquetSink) write(batch arrow.RecordBatch) error { return s.w.WriteBuffered(batch) }

func (s parquetSink) end(int64, bool) error { return s.w.Close() }
