package ckan

import (
	"context"
	"errors"
	"testing"
)

func TestReaderHearsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reader := newReader(ctx, pullColumns(), make([]receipt, batchRows+1))
	defer reader.Release()
	if !reader.Next() || reader.RecordBatch().NumRows() != batchRows {
		t.Fatalf("no first batch of %d rows", batchRows)
	}
	cancel()
	if reader.Next() || !errors.Is(reader.Err(), context.Canceled) {
		t.Errorf("after the end of its context the reader goes on; its error is %v", reader.Err())
	}
}

func TestOpenHearsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(ctx, receipt{}, changes{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want context.Canceled", err)
	}
}
