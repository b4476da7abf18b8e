package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"footfall/internal/sources"
	"footfall/internal/warehouse"
)

// A loaded source: its sums over the units of this run.
type loaded struct {
	units   int
	receipt warehouse.Receipt
	dropped map[string]int64
}

// load offers every unit of a source to the warehouse. A piece that fails is written down and the
// others go on; only the units after it in the same stream wait for the next run, since they
// follow on from it. An error is returned where nothing more can be loaded at all.
func (l *pipeline) load(ctx context.Context, name string, source sources.Source) (loaded, error) {
	var sum loaded
	stopped := map[string]bool{}
	for unit, err := range source.Units(ctx) {
		if ctx.Err() != nil {
			return sum, fmt.Errorf("%s: interrupted; what was loaded before stays, the rest waits for the next run: %w", name, ctx.Err())
		}
		if err != nil {
			if err := l.fail(ctx, name, unit.Name, err); err != nil {
				return sum, err
			}
			continue
		}
		if stopped[unit.Stream] {
			continue
		}
		receipt, err := l.warehouse.Load(ctx, l.run, warehouse.Unit{
			ID: unit.ID, Stream: unit.Stream, Start: unit.Start, Open: opener(unit),
		}, l.now())
		switch {
		case ctx.Err() != nil:
			return sum, fmt.Errorf("%s: interrupted; what was loaded before stays, the rest waits for the next run: %w", name, ctx.Err())
		case err != nil:
			stopped[unit.Stream] = true
			if failed := l.fail(ctx, name, unit.Name, err); failed != nil {
				return sum, errors.Join(err, failed)
			}
		case receipt.IsLoaded:
			sum.add(receipt)
			l.log.InfoContext(ctx, "unit", "source", name, "name", unit.Name, "id", unit.ID,
				"lines", receipt.Lines, "hits", receipt.Hits, "rejected", receipt.Rejected,
				"dropped", receipt.Dropped, "blank", receipt.Blank)
		}
	}
	return sum, nil
}

// opener gives the warehouse its own type of rows.
func opener(unit sources.Unit) func(context.Context) ([]warehouse.Rows, error) {
	return func(ctx context.Context) ([]warehouse.Rows, error) {
		opened, err := unit.Open(ctx)
		if err != nil {
			return nil, err
		}
		rows := make([]warehouse.Rows, len(opened))
		for i, r := range opened {
			rows[i] = warehouse.Rows{Table: r.Table, Reader: r.Reader}
		}
		return rows, nil
	}
}

func (s *loaded) add(r warehouse.Receipt) {
	s.units++
	s.receipt.Lines += r.Lines
	s.receipt.Hits += r.Hits
	s.receipt.Rejected += r.Rejected
	s.receipt.Dropped += r.Dropped
	s.receipt.Blank += r.Blank
}

// conservation is the line that every run prints for every log: no line is lost on the way.
func (s *loaded) conservation(name string) string {
	reasons := make([]string, 0, len(s.dropped))
	for _, reason := range sortedKeys(s.dropped) {
		reasons = append(reasons, reason+" "+thousands(s.dropped[reason]))
	}
	detail := ""
	if len(reasons) > 0 {
		detail = " (" + strings.Join(reasons, ", ") + ")"
	}
	return fmt.Sprintf("%s: %s, %s lines = %s hits + %s rejected + %s dropped%s + %s blank", name,
		plural(s.units, "unit", "units"), thousands(s.receipt.Lines), thousands(s.receipt.Hits),
		thousands(s.receipt.Rejected), thousands(s.receipt.Dropped), detail, thousands(s.receipt.Blank))
}
