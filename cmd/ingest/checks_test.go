package main

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"footfall/internal/warehouse"
	footfallsql "footfall/sql"
)

// withCheck are the SQL files with one more check.
type withCheck struct {
	fs.FS
	check fstest.MapFS
}

func (w withCheck) Open(name string) (fs.File, error) {
	if f, err := w.check.Open(name); err == nil && strings.HasSuffix(name, ".sql") {
		return f, nil
	}
	return w.FS.Open(name)
}

func (w withCheck) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(w.FS, pattern)
	if err != nil {
		return nil, err
	}
	more, err := fs.Glob(w.check, pattern)
	return append(names, more...), err
}

// A promise that is broken keeps the published file as it is; one of which only a warning is made
// is published, and said.
func TestBrokenPromises(t *testing.T) {
	s := newSite(t)
	s.run().wantCode(t, exitDone)
	before := tables(t, s.path("usage.duckdb"))
	clock := func() time.Time { return s.at }
	publishWith := func(check string) (*pipeline, error) {
		t.Helper()
		schema, err := fs.Sub(footfallsql.Files, "schema")
		if err != nil {
			t.Fatal(err)
		}
		conf, err := readConfig(s.path("footfall.yaml"), nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := warehouse.Open(t.Context(), filepath.Join(s.dir, "warehouse.duckdb"), warehouse.Options{Schema: schema, Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		l := &pipeline{
			config: conf, warehouse: w, log: slog.New(slog.DiscardHandler), out: io.Discard, now: clock, run: 99,
			files: withCheck{footfallsql.Files, fstest.MapFS{"checks/nobody_is_here.sql": {Data: []byte(check)}}},
		}
		if err := checkModels(t.Context(), l); err != nil {
			return l, err
		}
		return l, publish(context.WithoutCancel(t.Context()), l)
	}
	const check = "-- Nobody is here.\n--\n-- severity: error\n--\n-- x  it\n\nselect dataset_id as x from dim_dataset\n"
	if _, err := publishWith(check); err == nil || !strings.Contains(err.Error(), "check nobody_is_here") || !strings.Contains(err.Error(), "the file that is there stays") {
		t.Errorf("a broken promise: error %v, want one that names it and says that the old file stays", err)
	}
	after := tables(t, s.path("usage.duckdb"))
	for table, digest := range before {
		if after[table] != digest {
			t.Errorf("%s was published though a promise was broken", table)
		}
	}
	l, err := publishWith(strings.Replace(check, "error", "warning", 1))
	if err != nil || len(l.attention) != 1 || !strings.Contains(l.attention[0], "nobody_is_here") {
		t.Errorf("a warning: error %v, attention %q", err, l.attention)
	}
	if after := tables(t, s.path("usage.duckdb")); after["check_result"] == before["check_result"] {
		t.Error("the warning was not published")
	}
}
