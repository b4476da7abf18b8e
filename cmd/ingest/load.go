package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"footfall/internal/sources"
	"footfall/internal/warehouse"
)

// A loaded source: its sums over the units of this run.
type loaded struct {
	units   int
	receipt warehouse.Receipt
	dropped map[string]int64
}

// mostLoaders is how many units are loaded at once at most: each takes memory of its own.
const mostLoaders = 4

// mostAhead is how many units may wait at most: what an API answered is in memory until it is loaded.
const mostAhead = 16

// A loading is the loading of one source's units, those of different streams at the same time.
type loading struct {
	pipeline *pipeline
	name     string
	places   chan struct{} // one for each unit that may be loaded at once
	cancel   context.CancelFunc

	mutex sync.Mutex // of what follows, and of the pipeline's attention
	sum   loaded
	err   error
}

// load offers every unit of a source to the warehouse. A piece that fails is written down and the
// others go on; only the units after it in the same stream wait for the next run, since they
// follow on from it. An error is returned where nothing more can be loaded at all.
func (l *pipeline) load(ctx context.Context, name string, source sources.Source) (loaded, error) {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	all := &loading{pipeline: l, name: name, places: make(chan struct{}, l.loaders()), cancel: cancel}
	err := l.warehouse.Bulk(ctx, func() error {
		var units sync.WaitGroup
		defer units.Wait()
		ahead := make(chan struct{}, mostAhead)
		last := map[string]<-chan bool{} // whether the stream's last unit was loaded
		for unit, err := range source.Units(work) {
			if work.Err() != nil {
				return nil
			}
			if err != nil {
				all.fail(work, unit.Name, err)
				continue
			}
			before, done := last[unit.Stream], make(chan bool, 1)
			last[unit.Stream] = done
			ahead <- struct{}{}
			units.Go(func() {
				done <- all.loadAfter(work, before, unit)
				<-ahead
			})
		}
		return nil
	})
	if ctx.Err() != nil {
		return all.sum, fmt.Errorf("%s: interrupted; what was loaded before stays, the rest waits for the next run: %w", name, ctx.Err())
	}
	return all.sum, errors.Join(all.err, err)
}

// loaders is how many units are loaded at once.
func (l *pipeline) loaders() int {
	threads := l.config.Threads
	if threads == 0 {
		threads = runtime.NumCPU()
	}
	return min(threads, mostLoaders)
}

// loadAfter loads a unit once the one before it in its stream was. It is false if either failed.
func (a *loading) loadAfter(ctx context.Context, before <-chan bool, unit sources.Unit) bool {
	if before != nil && !<-before {
		return false
	}
	a.places <- struct{}{}
	defer func() { <-a.places }()
	if ctx.Err() != nil {
		return false
	}
	l := a.pipeline
	receipt, err := l.warehouse.Load(ctx, l.run, warehouse.Unit{
		ID: unit.ID, Stream: unit.Stream, Start: unit.Start, Open: opener(unit),
	}, l.now())
	switch {
	case ctx.Err() != nil:
		return false
	case err != nil:
		a.fail(ctx, unit.Name, err)
		return false
	case receipt.IsLoaded:
		if unit.Loaded != nil {
			unit.Loaded()
		}
		a.mutex.Lock()
		a.sum.add(receipt)
		a.mutex.Unlock()
		l.log.InfoContext(ctx, "unit", "source", a.name, "name", unit.Name, "id", unit.ID,
			"lines", receipt.Lines, "hits", receipt.Hits, "rejected", receipt.Rejected,
			"dropped", receipt.Dropped, "blank", receipt.Blank)
	}
	return true
}

// fail writes down what could not be loaded. Where that fails too, nothing more is loaded.
func (a *loading) fail(ctx context.Context, unit string, failure error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if err := a.pipeline.fail(ctx, a.name, unit, failure); err != nil {
		a.err = errors.Join(a.err, failure, err)
		a.cancel()
	}
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
