package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A Stream is how far a stream of a log was read: the receipt of its last unit.
type Stream struct {
	StreamID   string
	Generation int64
	EndOffset  int64
	HeadHashes string
	TailHash   string
	TailLength int64
}

// Streams are the known streams of a log.
func (w *Warehouse) Streams(ctx context.Context, log string) ([]Stream, error) {
	const query = `
		select stream_id, max(generation), max(end_offset), max_by(head_hashes, end_offset),
			max_by(tail_hash, end_offset), max_by(tail_length, end_offset)
		from ledger.unit
		where log = ?
		group by stream_id
		order by stream_id`
	return collect(ctx, w.db, func(rows *sql.Rows, s *Stream) error {
		return rows.Scan(&s.StreamID, &s.Generation, &s.EndOffset, &s.HeadHashes, &s.TailHash, &s.TailLength)
	}, query, log)
}

// A File is a row of the cache of files that were read to an offset.
type File struct {
	Path       string
	FileSize   int64
	ModifiedNS int64
	Inode      int64
	StreamID   string
	EndOffset  int64
}

// Files is the cache of files seen.
func (w *Warehouse) Files(ctx context.Context) ([]File, error) {
	const query = `select path, file_size, modified_ns, inode, stream_id, end_offset from ledger.file_seen order by path`
	return collect(ctx, w.db, func(rows *sql.Rows, f *File) error {
		return rows.Scan(&f.Path, &f.FileSize, &f.ModifiedNS, &f.Inode, &f.StreamID, &f.EndOffset)
	}, query)
}

// KeepFiles replaces the cache's rows of the given paths.
func (w *Warehouse) KeepFiles(ctx context.Context, files []File) error {
	return w.inTransaction(ctx, "files seen", func(tx *sql.Tx) error {
		for _, f := range files {
			if _, err := tx.ExecContext(ctx, `delete from ledger.file_seen where path = ?`, f.Path); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `insert into ledger.file_seen values (?, ?, ?, ?, ?, ?)`,
				f.Path, f.FileSize, f.ModifiedNS, f.Inode, f.StreamID, f.EndOffset); err != nil {
				return err
			}
		}
		return nil
	})
}

// LoadedDays are the UTC days with hits loaded, pruned ones among them, each with the time of its
// last load by the clock of its run. Days with lines that were all dropped or rejected are none.
func (w *Warehouse) LoadedDays(ctx context.Context) (map[time.Time]time.Time, error) {
	const query = `
		select hit_day.day, max(unit.loaded_at)
		from ledger.hit_day as hit_day
		join ledger.unit as unit on unit.unit_id = hit_day.unit_id
		group by all`
	type day struct{ day, loaded time.Time }
	days, err := collect(ctx, w.db, func(rows *sql.Rows, d *day) error {
		return rows.Scan(&d.day, &d.loaded)
	}, query)
	if err != nil {
		return nil, err
	}
	loaded := make(map[time.Time]time.Time, len(days))
	for _, d := range days {
		loaded[d.day] = d.loaded
	}
	return loaded, nil
}

// PrunedDays are the UTC days whose hits were pruned.
func (w *Warehouse) PrunedDays(ctx context.Context) ([]time.Time, error) {
	return w.days(ctx, `select distinct day from ledger.pruned_day order by day`)
}

func (w *Warehouse) days(ctx context.Context, query string, args ...any) ([]time.Time, error) {
	return collect(ctx, w.db, func(rows *sql.Rows, day *time.Time) error { return rows.Scan(day) }, query, args...)
}

// A Version is the last version known of a record of the catalogue.
type Version struct {
	ID     string
	Parent string // a resource's dataset
	Hash   int64
	IsGone bool
}

// Versions are the last versions of a catalogue table's records: dataset, resource or publisher.
func (w *Warehouse) Versions(ctx context.Context, table string) ([]Version, error) {
	parent := "''"
	if table == "resource" {
		parent = "arg_max(dataset_id, (seen_at, unit_id))"
	}
	query := fmt.Sprintf(`
		select %[1]s_id, %[2]s, arg_max(version_hash, (seen_at, unit_id)), arg_max(is_gone, (seen_at, unit_id))
		from raw.%[1]s
		group by all
		order by all`, table, parent)
	return collect(ctx, w.db, func(rows *sql.Rows, v *Version) error {
		return rows.Scan(&v.ID, &v.Parent, &v.Hash, &v.IsGone)
	}, query)
}

// A Pull is what the ledger knows of the pulls of a source that is no log.
type Pull struct {
	Count        int64     // pulls loaded
	LastAt       time.Time // zero: none
	LastFullAt   time.Time // zero: none
	LastModified time.Time // latest modified_at of a dataset; zero: none
	Path         string    // what the last full pull asked: portal and filter
}

// Pulls sums up a source's pulls.
func (w *Warehouse) Pulls(ctx context.Context, source string) (Pull, error) {
	var pull Pull
	var last, lastFull, modified sql.NullTime
	err := w.db.QueryRowContext(ctx, `
		select count(*), max(pulled_at), max(pulled_at) filter (where pull_kind = 'full'),
			(select max(modified_at) from raw.dataset),
			coalesce(arg_max(unit.path, unit.unit_id) filter (where pull_kind = 'full'), '')
		from ledger.source_pull as source_pull
		join ledger.unit as unit on unit.unit_id = source_pull.unit_id
		where source_pull.source = ?`, source).Scan(&pull.Count, &last, &lastFull, &modified, &pull.Path)
	if err != nil {
		return Pull{}, fmt.Errorf("pulls of %s: %w", source, err)
	}
	pull.LastAt, pull.LastFullAt, pull.LastModified = last.Time, lastFull.Time, modified.Time
	return pull, nil
}

// BeginRun writes a run into the ledger and returns its number.
func (w *Warehouse) BeginRun(ctx context.Context, command, version string, clock, started time.Time) (int64, error) {
	var run int64
	err := w.db.QueryRowContext(ctx, `
		insert into ledger.run (run_id, command, clock_at, started_at, version)
		select coalesce(max(run_id), 0) + 1, ?, ?, ?, ? from ledger.run
		returning run_id`, command, clock.UTC(), started.UTC(), version).Scan(&run)
	if err != nil {
		return 0, fmt.Errorf("ledger: begin run: %w", err)
	}
	return run, nil
}

// EndRun writes how a run ended.
func (w *Warehouse) EndRun(ctx context.Context, run int64, ended time.Time, exitCode int, message string) error {
	if _, err := w.db.ExecContext(ctx, `insert into ledger.run_end values (?, ?, ?, ?)`,
		run, ended.UTC(), exitCode, message); err != nil {
		return fmt.Errorf("ledger: end run %d: %w", run, err)
	}
	return nil
}

// RecordFailure writes down that a piece of evidence could not be had: its days stay unknown.
func (w *Warehouse) RecordFailure(ctx context.Context, run int64, source, name, message string, at time.Time) error {
	if _, err := w.db.ExecContext(ctx, `insert into ledger.failure values (?, ?, ?, ?, ?)`,
		run, source, name, message, at.UTC()); err != nil {
		return fmt.Errorf("ledger: failure of %s: %w", source, err)
	}
	return nil
}

// A LogHost says that a log speaks for a host, from one day to another, both included; a zero
// time is open.
type LogHost struct {
	Log, Host, Channel, Role, ReplicaGroup string
	From, Until                            time.Time
}

// SetLogs replaces the configured logs. When a pair of log and host was first known is kept: days
// pruned before that could not be judged by it.
func (w *Warehouse) SetLogs(ctx context.Context, logs []LogHost, now time.Time) error {
	return w.inTransaction(ctx, "logs", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `create temporary table known_log as select log, host, min(known_at) as known_at
			from raw.log group by log, host`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from raw.log`); err != nil {
			return err
		}
		for _, l := range logs {
			if _, err := tx.ExecContext(ctx, `
				insert into raw.log (log, host, channel, role, replica_group, from_date, until_date, known_at)
				select $1, $2, $3, $4, $5, cast($6 as date), cast($7 as date),
					coalesce((select known_at from known_log where log = $1 and host = $2), cast($8 as timestamp))`,
				l.Log, l.Host, l.Channel, l.Role, l.ReplicaGroup, dateOrNull(l.From), dateOrNull(l.Until), now.UTC()); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `drop table known_log`)
		return err
	})
}

func dateOrNull(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return day.Format(time.DateOnly)
}

// LoadedLogHosts are the pairs of log and host of the last run whose log has lines loaded.
func (w *Warehouse) LoadedLogHosts(ctx context.Context) ([]LogHost, error) {
	const query = `
		select log, host from raw.log
		where log in (select log from ledger.unit where log is not null)
		order by log, host`
	return collect(ctx, w.db, func(rows *sql.Rows, l *LogHost) error { return rows.Scan(&l.Log, &l.Host) }, query)
}

// LoadedPortals are the names of the catalogue sources with a pull loaded.
func (w *Warehouse) LoadedPortals(ctx context.Context) ([]string, error) {
	const query = `select distinct source from ledger.source_pull order by source`
	return collect(ctx, w.db, func(rows *sql.Rows, name *string) error { return rows.Scan(name) }, query)
}

func (w *Warehouse) inTransaction(ctx context.Context, what string, do func(*sql.Tx) error) error {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer tx.Rollback() //nolint:errcheck // no effect after Commit
	if err := do(tx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// collect runs a query and scans each of its rows into a T.
func collect[T any](
	ctx context.Context, db *sql.DB, scan func(*sql.Rows, *T) error, query string, args ...any,
) (all []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one T
		if err := scan(rows, &one); err != nil {
			return nil, fmt.Errorf("warehouse: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	return all, nil
}

// HasStreams says whether any log was loaded.
func (w *Warehouse) HasStreams(ctx context.Context) (has bool, err error) {
	err = w.db.QueryRowContext(ctx, `select count(*) > 0 from ledger.unit where head_hashes is not null`).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("ledger: %w", err)
	}
	return has, nil
}

// Dropped are the lines of a log that a run did not keep, by reason.
func (w *Warehouse) Dropped(ctx context.Context, run int64, log string) (map[string]int64, error) {
	type dropped struct {
		reason string
		count  int64
	}
	rows, err := collect(ctx, w.db, func(rows *sql.Rows, d *dropped) error { return rows.Scan(&d.reason, &d.count) }, `
		select reason, cast(sum(dropped_count.line_count) as bigint)
		from ledger.dropped_count as dropped_count
		join ledger.unit as unit on unit.unit_id = dropped_count.unit_id
		where unit.run_id = ? and unit.log = ?
		group by reason`, run, log)
	if err != nil {
		return nil, err
	}
	byReason := map[string]int64{}
	for _, d := range rows {
		byReason[d.reason] = d.count
	}
	return byReason, nil
}

// A CatalogueState is what is known after a run, and what the run changed.
type CatalogueState struct {
	Kind                            string // of the run's pull: full or incremental; empty: none
	Datasets, Resources, Publishers int64  // live
	Changed, Gone                   int64  // versions written by the run
}

// Catalogue sums up the catalogue after a run.
func (w *Warehouse) Catalogue(ctx context.Context, run int64) (CatalogueState, error) {
	var s CatalogueState
	for table, count := range map[string]*int64{"dataset": &s.Datasets, "resource": &s.Resources, "publisher": &s.Publishers} {
		query := fmt.Sprintf(`
			select count(*) from (
				select %[1]s_id from raw.%[1]s group by all having not arg_max(is_gone, (seen_at, unit_id))
			)`, table)
		if err := w.db.QueryRowContext(ctx, query).Scan(count); err != nil {
			return s, fmt.Errorf("catalogue: %w", err)
		}
	}
	err := w.db.QueryRowContext(ctx, `
		with units as (select unit_id from ledger.unit where run_id = $1),
		changes as (
			select is_gone from raw.dataset where unit_id in (from units)
			union all select is_gone from raw.resource where unit_id in (from units)
		)
		select coalesce((select any_value(pull_kind) from ledger.source_pull where unit_id in (from units)), ''),
			count(*) filter (where not is_gone), count(*) filter (where is_gone)
		from changes`, run).Scan(&s.Kind, &s.Changed, &s.Gone)
	if err != nil {
		return s, fmt.Errorf("catalogue: %w", err)
	}
	return s, nil
}
