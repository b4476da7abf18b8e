// Package warehouse keeps the private DuckDB file: its settings and migrations, units of rows
// loaded from Arrow, the ledger of what was loaded, pruning, and the published file.
//
// A unit's rows and its receipt in the ledger commit together, so that a crash at any point
// neither loses nor repeats a unit. Everything else here rests on that.
package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

// Options are the engine's settings.
type Options struct {
	Schema      fs.FS            // NNNN_title.sql migrations, at its root
	MemoryLimit string           // as DuckDB reads it, such as 512MB; empty: 512MB
	Threads     int              // 0: as many as there are processors
	Now         func() time.Time // when a migration is said to be applied
}

// A Warehouse is the one writer of its file.
type Warehouse struct {
	db       *sql.DB
	path     string
	options  Options
	lastUnit atomic.Int64
}

// Open opens or creates the database file at path and brings its schema up to date. The file and
// its directory are readable by their owner alone where this process's umask says so; Open
// narrows the file to 0600, since it holds personal data.
func Open(ctx context.Context, file string, options Options) (*Warehouse, error) {
	if options.MemoryLimit == "" {
		options.MemoryLimit = "512MB"
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	w := &Warehouse{path: file, options: options}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	if err := w.migrate(ctx); err != nil {
		return nil, errors.Join(err, w.db.Close())
	}
	if err := os.Chmod(file, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("warehouse: %w", err), w.db.Close())
	}
	var last sql.NullInt64
	if err := w.db.QueryRowContext(ctx, `select max(unit_id) from ledger.unit`).Scan(&last); err != nil {
		return nil, errors.Join(fmt.Errorf("warehouse %s: %w", file, err), w.db.Close())
	}
	w.lastUnit.Store(last.Int64)
	return w, nil
}

func (w *Warehouse) connect(ctx context.Context) error {
	set := url.Values{}
	set.Set("memory_limit", w.options.MemoryLimit)
	set.Set("autoinstall_known_extensions", "false")
	set.Set("autoload_known_extensions", "false")
	// The default of 16 MB makes bulk loads slow; much more makes a crash slow to replay.
	set.Set("wal_autocheckpoint", "256MB")
	set.Set("temp_directory", w.path+".tmp")
	if w.options.Threads > 0 {
		set.Set("threads", strconv.Itoa(w.options.Threads))
	}
	db, err := sql.Open("duckdb", w.path+"?"+set.Encode())
	if err != nil {
		return fmt.Errorf("warehouse %s: %w", w.path, err)
	}
	if err := db.PingContext(ctx); err != nil {
		return errors.Join(fmt.Errorf("warehouse %s: %w", w.path, err), db.Close())
	}
	w.db = db
	return nil
}

// DB is the open database, for the steps that run SQL of their own.
func (w *Warehouse) DB() *sql.DB { return w.db }

// Close closes the file; what was committed is in it or in its write-ahead log.
func (w *Warehouse) Close() error {
	if err := w.db.Close(); err != nil {
		return fmt.Errorf("warehouse %s: close: %w", w.path, err)
	}
	return nil
}

// migrate applies the migrations that the file does not have yet, each in a transaction of its
// own. A file made by a later version is refused: this program cannot know what it means.
func (w *Warehouse) migrate(ctx context.Context) error {
	const table = `create schema if not exists ledger;
		create table if not exists ledger.schema_migration (version bigint, name varchar, applied_at timestamp)`
	if _, err := w.db.ExecContext(ctx, table); err != nil {
		return fmt.Errorf("warehouse %s: %w", w.path, err)
	}
	var have sql.NullInt64
	if err := w.db.QueryRowContext(ctx, `select max(version) from ledger.schema_migration`).Scan(&have); err != nil {
		return fmt.Errorf("warehouse %s: %w", w.path, err)
	}
	files, err := fs.Glob(w.options.Schema, "*.sql")
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	latest := int64(0)
	for _, file := range files { // sorted by name, so by number
		number, _, _ := strings.Cut(file, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return fmt.Errorf("migration %s: its name must begin with a number and _", file)
		}
		latest = version
		if version <= have.Int64 {
			continue
		}
		if err := w.apply(ctx, file, version); err != nil {
			return err
		}
	}
	if have.Int64 > latest {
		return fmt.Errorf("warehouse %s was written by a later version (schema %d, this program knows %d): use that version, or restore an older copy",
			w.path, have.Int64, latest)
	}
	return nil
}

func (w *Warehouse) apply(ctx context.Context, file string, version int64) error {
	text, err := fs.ReadFile(w.options.Schema, file)
	if err != nil {
		return fmt.Errorf("migration %s: %w", file, err)
	}
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("migration %s: %w", file, err)
	}
	defer tx.Rollback() //nolint:errcheck // no effect after Commit
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("migration %s: %w", file, err)
	}
	name := strings.TrimSuffix(path.Base(file), ".sql")
	_, err = tx.ExecContext(ctx, `insert into ledger.schema_migration (version, name, applied_at) values (?, ?, ?)`,
		version, name, w.options.Now().UTC())
	if err != nil {
		return fmt.Errorf("migration %s: %w", file, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("migration %s: %w", file, err)
	}
	return nil
}
