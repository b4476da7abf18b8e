package ckan

import (
	"context"
	"errors"
	"testing"
)

func TestOpenHearsItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(ctx, receipt{}, changes{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want context.Canceled", err)
	}
}
