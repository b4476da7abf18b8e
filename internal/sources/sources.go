// Package sources is the contract between Footfall and an upstream system.
//
// A source offers evidence in units. A unit is loaded as a whole or not at all, and everything a
// source has to say about it, its receipt in the ledger included, is said in rows.
package sources

import (
	"context"
	"iter"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// A Source offers evidence in units: the next bytes of a log, a day of an API, a snapshot.
type Source interface {
	// Units yields what there is to load, oldest first. Units of one stream follow each other
	// in the order of their offsets, and a unit may assume that the ones before it in its
	// stream were loaded.
	//
	// An error stands for one piece of evidence that could not be offered (an unreadable
	// file, a portal that is down): it names the file or URL and what to do. It does not end
	// the iteration; the pieces after it are offered all the same.
	Units(ctx context.Context) iter.Seq2[Unit, error]
}

// A Unit is loaded as a whole or not at all.
type Unit struct {
	// ID names the content, not the place: a rotated file keeps its ID.
	ID string
	// Stream and Start are the unit's key in the ledger: the stream it is a part of, and the
	// offset it starts at. A source that is no log uses the number of its pull as offset.
	Stream string
	Start  int64
	// Name is what messages call the unit: a path or a URL without secrets.
	Name string
	// Open yields the unit's rows. The reader of the big table comes first and is read to its
	// end before the next one is asked for its first record, so the readers after it may be
	// filled while it is read. The last one is of table ledger.unit and yields one row, the
	// receipt. Every reader is released by the caller, also where reading stopped early.
	//
	// A reader that fails reports through Err; nothing of the unit is then kept. Units of
	// different streams may be opened and read at the same time.
	Open func(ctx context.Context) ([]Rows, error)
	// Loaded, if it is set, is called once the unit's rows are committed. It does not block, and
	// may only make the units after it cheaper.
	Loaded func()
}

// Rows are records for one table of the schemas raw or ledger, with its columns by name. The
// columns unit_id (all tables), run_id and loaded_at (ledger.unit) are the loader's to add.
// Times are UTC microseconds without a zone, ids, counts and bytes are int64, a text is a string,
// and buffers are C memory (arrow-go's memory/mallocator), since DuckDB reads them. A column that
// is an enum in the table may be a dictionary of exactly its words, in their order.
type Rows struct {
	Table  string
	Reader array.RecordReader
}
