package sources

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
)

type reading struct {
	day   time.Time
	value int64
}

func readingColumns() []Column[reading] {
	return []Column[reading]{
		NewColumn("day", Date, func(r *reading) any { return r.day }),
		NewColumn("value", Bigint, func(r *reading) any { return r.value }),
	}
}

func TestReaderHearsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reader := NewReader(ctx, readingColumns(), make([]reading, batchRows+1))
	defer reader.Release()
	if !reader.Next() || reader.RecordBatch().NumRows() != batchRows {
		t.Fatalf("no first batch of %d rows", batchRows)
	}
	cancel()
	if reader.Next() || !errors.Is(reader.Err(), context.Canceled) {
		t.Errorf("after the end of its context the reader goes on; its error is %v", reader.Err())
	}
}

// A date is the day that the time's own zone has, so that a tool's days stay what they are.
func TestReaderKeepsDays(t *testing.T) {
	east := time.FixedZone("east", 13*3600)
	reader := NewReader(t.Context(), readingColumns(), []reading{{time.Date(2026, 3, 29, 0, 0, 0, 0, east), 1}, {}})
	defer reader.Release()
	if !reader.Next() {
		t.Fatalf("no batch: %v", reader.Err())
	}
	days, ok := reader.RecordBatch().Column(0).(*array.Date32)
	if !ok {
		t.Fatalf("the column is %T, want dates", reader.RecordBatch().Column(0))
	}
	if got := days.Value(0).ToTime().Format(time.DateOnly); got != "2026-03-29" {
		t.Errorf("the day is %s, want 2026-03-29", got)
	}
	if !days.IsNull(1) {
		t.Errorf("the zero time is %s, want null", days.Value(1).ToTime())
	}
}
