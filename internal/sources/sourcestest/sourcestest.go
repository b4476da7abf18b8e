// Package sourcestest is the suite that every source must pass, and helpers to read units in
// other tests.
//
// A source's own tests say what its rows mean. The suite checks what the loader relies on
// whatever the source: the form of units and batches, the same answer twice, and a clean end when
// reading stops early. It needs input that has something to load, and input that holds client
// addresses of the documentation ranges where the upstream system has any; without them the
// promise that none comes through is not put to the test.
package sourcestest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources"
)

// Run checks the promises of package sources. open returns a fresh source over the same input
// each time: the same files, answers, clock and salts.
func Run(t *testing.T, open func(t *testing.T) sources.Source) {
	t.Helper()
	tables, err := readSchema()
	if err != nil {
		t.Fatalf("schema: %v", err)
	}
	t.Run("units are named and ordered", func(t *testing.T) {
		if err := checkUnits(Units(t, open(t))); err != nil {
			t.Error(err)
		}
	})
	t.Run("rows fit the schema", func(t *testing.T) {
		for _, unit := range Units(t, open(t)) {
			if err := checkRows(t.Context(), tables, unit); err != nil {
				t.Errorf("unit %s: %v", unit.Name, err)
			}
		}
	})
	t.Run("receipts say what was read", func(t *testing.T) {
		for _, unit := range Units(t, open(t)) {
			if err := checkReceipt(unit, Drain(t, unit)); err != nil {
				t.Errorf("unit %s: %v", unit.Name, err)
			}
		}
	})
	t.Run("no client address comes through", func(t *testing.T) {
		for _, unit := range Units(t, open(t)) {
			if err := checkPrivacy(unit, Drain(t, unit)); err != nil {
				t.Errorf("unit %s: %v", unit.Name, err)
			}
		}
	})
	t.Run("two fresh sources agree", func(t *testing.T) {
		one, two := transcript(t, open(t)), transcript(t, open(t))
		if diff := cmp.Diff(one, two); diff != "" {
			t.Errorf("the second source differs (-first +second):\n%s", diff)
		}
	})
	t.Run("a unit can be opened again", func(t *testing.T) {
		for _, unit := range Units(t, open(t)) {
			one, two := lines(Drain(t, unit)), lines(Drain(t, unit))
			if diff := cmp.Diff(one, two); diff != "" {
				t.Errorf("unit %s: the second reading differs (-first +second):\n%s", unit.Name, diff)
			}
		}
	})
	t.Run("reading may stop at any reader", func(t *testing.T) {
		for _, unit := range Units(t, open(t)) {
			within(t, func() error { return checkStops(t.Context(), unit) })
		}
	})
	t.Run("a cancelled context ends it", func(t *testing.T) {
		within(t, func() error { return checkCancelled(t.Context(), open(t)) })
	})
}

// within fails the test when check fails, takes more than ten seconds, or leaves a goroutine.
func within(t *testing.T, check func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- check() }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it still hangs after ten seconds")
	}
	if left := leaked(); len(left) > 0 {
		t.Errorf("%d goroutines are left, the first one is:\n%s", len(left), left[0])
	}
}

// checkCancelled offers a cancelled context to Units, to Open, and in the middle of reading.
func checkCancelled(ctx context.Context, s sources.Source) error {
	units, err := collect(ctx, s)
	if err != nil {
		return err
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := collect(cancelled, s); err != nil && !errors.Is(err, context.Canceled) {
		return errors.Join(errors.New("units with a cancelled context end with another error"), err)
	}
	for _, unit := range units {
		if _, err := Read(cancelled, unit); !errors.Is(err, context.Canceled) {
			return errors.Join(errors.New("a unit opened and read with a cancelled context must end with context.Canceled"), err)
		}
		if err := cancelMidway(ctx, unit); err != nil {
			return err
		}
	}
	return nil
}

// transcript is everything a source says, by unit; the order of rows is no promise.
func transcript(t *testing.T, s sources.Source) map[string][]string {
	t.Helper()
	said := map[string][]string{}
	for _, unit := range Units(t, s) {
		said[unit.ID] = append(lines(Drain(t, unit)), "unit "+unit.Stream+" "+render(unit.Start))
	}
	return said
}

// lines renders all rows with their columns, sorted.
func lines(tables Tables) []string {
	var all []string
	for table, rows := range tables {
		for _, row := range rows {
			line := []string{table}
			for _, column := range sortedKeys(row) {
				line = append(line, column+"="+render(row[column]))
			}
			all = append(all, strings.Join(line, " "))
		}
	}
	slices.Sort(all)
	return all
}
