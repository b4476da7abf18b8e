package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// PrunableDays are the UTC days whose hits are due to go at the given time: the later of the day
// and its last load is more than retain days ago. Oldest first. A day whose facts were not built
// yet from all of its hits is not among them, unless it lies before all that is ever built.
func (w *Warehouse) PrunableDays(ctx context.Context, now time.Time, retain int) ([]time.Time, error) {
	const query = `
		select day
		from (
			select cast(unit_hour.hour_at as date) as day, max(unit.loaded_at) as last_load, max(unit.unit_id) as last_unit
			from ledger.unit_hour as unit_hour
			join ledger.unit as unit on unit.unit_id = unit_hour.unit_id
			group by all
		)
		where greatest(day, cast(last_load as date)) + to_days(cast($1 as integer)) < cast($2 as date)
			and day not in (select day from ledger.pruned_day)
			and day not in (select day from build_day)
			and day not in (select day from traffic.changed_day)
			and exists (
				select 1 from (select * from ledger.build order by build_id desc limit 1) as build
				where last_unit <= build.last_unit_id and day <= build.as_of_date
			)
		order by day`
	return w.days(ctx, query, retain, now.UTC().Format(time.DateOnly))
}

// Prune takes the hits of the given days, and the texts that nothing needs any more, out of the
// warehouse, by writing the rest to a new file and renaming it into place: a delete alone would
// leave the rows readable in the old one. Agents and referrers go with their last hit, but for hosts
// that a tool names; URLs as keepTexts says, since facts of days without hits are attributed by them.
// It closes and opens the database again, so nothing else may be using it.
//
// clientTables are the models that name clients by day: their rows of these days go as well.
func (w *Warehouse) Prune(ctx context.Context, days []time.Time, clientTables []string, now time.Time) error {
	fresh := w.path + ".pruning"
	if err := removeDatabase(fresh); err != nil {
		return fmt.Errorf("prune %s: %w", w.path, err)
	}
	if err := w.copyWithout(ctx, fresh, days, clientTables, now); err != nil {
		return errors.Join(fmt.Errorf("prune %s: %w", w.path, err), removeDatabase(fresh))
	}
	// Closing checkpoints, so that no write-ahead log of the old file is left for the new one.
	if err := w.db.Close(); err != nil {
		return fmt.Errorf("prune %s: %w", w.path, err)
	}
	if err := removeDatabaseLog(w.path); err != nil {
		return errors.Join(fmt.Errorf("prune %s: %w", w.path, err), w.connect(ctx))
	}
	return errors.Join(renameDurably(fresh, w.path), w.connect(ctx))
}

// removeDatabaseLog refuses to go on while a write-ahead log lies beside the file: it would be
// replayed into the new one.
func removeDatabaseLog(file string) error {
	if err := syncFile(file + ".wal"); err == nil {
		return fmt.Errorf("%s.wal is left after closing: run again", file)
	}
	return nil
}

func (w *Warehouse) copyWithout(ctx context.Context, file string, days []time.Time, clientTables []string, now time.Time) error {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // hands the connection back
	var own string
	if err := conn.QueryRowContext(ctx, `select current_database()`).Scan(&own); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, `attach `+quoteText(file)+` as fresh`); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `detach database if exists fresh`) //nolint:errcheck // after an error only
	if _, err := conn.ExecContext(ctx, `copy from database `+quoteName(own)+` to fresh (schema)`); err != nil {
		return err
	}
	tables, err := tableNames(ctx, conn)
	if err != nil {
		return err
	}
	gone := make([]string, len(days))
	for i, day := range days {
		gone[i] = `date '` + day.Format(time.DateOnly) + `'`
	}
	kept := `cast(hit_at as date) not in (` + strings.Join(gone, ", ") + `)`
	if err := keepTexts(ctx, conn, kept); err != nil {
		return err
	}
	filters := map[string]string{
		"raw.hit":   kept,
		"raw.agent": `agent_id in (select agent_id from raw.hit where ` + kept + `)`,
		"raw.referrer": `referrer_id in (select referrer_id from raw.hit where ` + kept + `)
			or path = '' and host in (select referrer_host from raw.referral_count)`,
	}
	for _, table := range clientTables {
		filters["main."+table] = `day not in (` + strings.Join(gone, ", ") + `)`
	}
	withPaths, err := tablesWith(ctx, conn, "url_id", "path")
	if err != nil {
		return err
	}
	for _, table := range withPaths { // of the models, which the next build makes anew
		filters[table] = `url_id in (select url_id from kept_url)`
	}
	delete(filters, "raw.url")
	columns := map[string]string{"raw.url": `url_id, host,
		case when url_id in (select url_id from kept_url) then path else ` + forgottenPath + ` end,
		case when url_id in (select url_id from kept_url) then query else '' end, unit_id`}
	for _, table := range tables {
		selected := "*"
		if columns[table] != "" {
			selected = columns[table]
		}
		statement := `insert into fresh.` + table + ` select ` + selected + ` from ` + quoteName(own) + `.` + table
		if filter, isFiltered := filters[table]; isFiltered && len(days) > 0 {
			statement += ` where ` + filter
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	for _, day := range gone {
		statement := `insert into fresh.ledger.pruned_day (day, pruned_at) values (` + day + `, ?)`
		if _, err := conn.ExecContext(ctx, statement, now.UTC()); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, `checkpoint fresh`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `detach database fresh`)
	return err
}

// tablesWith are the tables that have both columns, as schema.name.
func tablesWith(ctx context.Context, conn *sql.Conn, one, other string) (names []string, err error) {
	rows, err := conn.QueryContext(ctx, `select schema_name || '.' || table_name from duckdb_columns()
		where database_name = current_database() and not internal and column_name in (?, ?)
			and table_name in (select table_name from duckdb_tables() where not temporary)
		group by all having count(*) = 2 order by all`, one, other)
	if err != nil {
		return nil, err
	}
	return scanNames(rows)
}

// tableNames are the warehouse's tables as schema.name; views are copied with the schema.
func tableNames(ctx context.Context, conn *sql.Conn) (names []string, err error) {
	rows, err := conn.QueryContext(ctx, `select schema_name || '.' || table_name from duckdb_tables()
		where database_name = current_database() and not internal and not temporary order by all`)
	if err != nil {
		return nil, err
	}
	return scanNames(rows)
}

func scanNames(rows *sql.Rows) (names []string, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
