package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A reader keeps its build while the next one is renamed into place, and the next reader has that.
func TestOldBuildStaysReadable(t *testing.T) {
	path := fixture(t, "create table build as select 'old' as build from range(500000)")
	next := fixture(t, "create table build as select 'new' as build")
	e, err := openEngine(path, "1GB")
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	s, err := e.query(t.Context(), "from build", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	rows := readOne(t, s)
	if err := os.Rename(next, path); err != nil {
		t.Fatal(err)
	}
	for n := int64(1); n > 0; rows += n {
		n = readOne(t, s)
	}
	if rows != 500000 {
		t.Errorf("%d rows of the old build, want 500000", rows)
	}
	if got := oneValue(t, e, "select any_value(build) as v from build"); got != "old" {
		t.Errorf("the open file is now %q", got)
	}

	fresh, err := openEngine(path, "1GB")
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.close()
	if got := oneValue(t, fresh, "select any_value(build) as v from build"); got != "new" {
		t.Errorf("the path leads to %q, want the new build", got)
	}
}

// Ten million rows need no more memory than the first hundred thousand.
func TestRowsStream(t *testing.T) {
	e, err := openEngine(fixture(t), "1GB")
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	resident := func(rows string) int64 {
		out := output{format: "csv"}
		s, err := e.query(t.Context(), "select i, 'dataset ' || i as name from range("+rows+") as r(i)", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer s.close()
		if _, err := out.copy(t.Context(), s, io.Discard); err != nil {
			t.Fatal(err)
		}
		return peakMemory(t)
	}
	few := resident("100000")
	many := resident("10000000")
	if grown := many - few; grown > 64<<20 {
		t.Errorf("memory grew by %d MiB with the rows, from %d MiB", grown>>20, few>>20)
	}
}

// A statement that would take minutes ends at once when it is interrupted.
func TestInterrupt(t *testing.T) {
	e, err := openEngine(fixture(t), "1GB")
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = e.rows(ctx, `
		select count(*)
		from range(100000000) as a, range(100000) as b
		where a.range % 7 = b.range % 5`, nil)
	if !errors.Is(err, errInterrupted) {
		t.Errorf("got %v, want errInterrupted", err)
	}
}

// fixture is the path of a published file that also holds what the further SQL makes.
func fixture(t *testing.T, more ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "usage.duckdb")
	if err := writeFixture(t.Context(), path, more...); err != nil {
		t.Fatal(err)
	}
	return path
}

func readOne(t *testing.T, s *stream) int64 {
	t.Helper()
	batch, err := s.next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if batch == nil {
		return 0
	}
	defer batch.Release()
	return batch.NumRows()
}

func oneValue(t *testing.T, e *engine, text string) string {
	t.Helper()
	rows, err := e.rows(t.Context(), text, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1", len(rows))
	}
	return rows[0]["v"]
}

// peakMemory is the most that this process has had resident, in bytes.
func peakMemory(t *testing.T) int64 {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return usage.Maxrss << 10
}
