package metrics_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"footfall/internal/metrics"
	files "footfall/sql"
)

var noon = time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)

// openWarehouse returns an empty warehouse with the real schema: in the file, or in memory if it
// is not named.
func openWarehouse(t testing.TB, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", file+"?memory_limit=512MB&threads=2&wal_autocheckpoint=256MB")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	names, err := fs.Glob(files.Files, "schema/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		do(t, db, string(text))
	}
	return db
}

func do(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func newBuilder() *metrics.Builder {
	return &metrics.Builder{
		SQL: files.Files, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon }, Version: "test",
	}
}

// dump returns the rows of a table as texts, in the order of all columns.
func dump(ctx context.Context, db *sql.DB, table string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`select cast(t as varchar) from %s as t order by all`, table))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

func TestSmoke(t *testing.T) {
	db := openWarehouse(t, "")
	s := metrics.DefaultSettings(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC))
	r, err := newBuilder().Build(t.Context(), db, s, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r)
	c, err := newBuilder().Check(t.Context(), db, 1)
	t.Log(c, err)
}
