package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// An Override is the operator's word on days of a log or a host. The last word on a day holds.
type Override struct {
	ID       int64     // set by Override; words are said in this order
	Kind     string    // log or host
	Subject  string    // its name
	From, To time.Time // UTC days, both included
	Verdict  string    // accept, void, withdraw
	Note, By string
	At       time.Time
	InForce  int64 // days on which it is the last word; only read
}

// Override writes the operator's word into the ledger. Its days are to be built again.
func (w *Warehouse) Override(ctx context.Context, o Override) error {
	from, to := o.From.Format(time.DateOnly), o.To.Format(time.DateOnly)
	return w.inTransaction(ctx, "override of days", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into ledger.day_override
				(override_id, subject_kind, subject, from_date, to_date, verdict, note, made_by, made_at)
			select coalesce(max(override_id), 0) + 1, ?, ?, cast(? as date), cast(? as date), ?, ?, ?, ?
			from ledger.day_override`, o.Kind, o.Subject, from, to, o.Verdict, o.Note, o.By, o.At.UTC())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			insert into traffic.changed_day
			select day from (
				select cast(unnest(generate_series(cast(? as date), cast(? as date), interval 1 day)) as date) as day
			)
			where day not in (select day from traffic.changed_day)`, from, to)
		return err
	})
}

// Overrides are all words ever said, in that order.
func (w *Warehouse) Overrides(ctx context.Context) ([]Override, error) {
	const query = `
		with days as (
			select override_id, subject_kind, subject, verdict,
				unnest(generate_series(from_date, to_date, interval 1 day)) as day
			from ledger.day_override
		),
		last_words as (
			select max(override_id) as override_id from days group by subject_kind, subject, day
		),
		held as (select override_id, count(*) as day_count from last_words group by override_id)
		select override_id, subject_kind, subject, from_date, to_date, verdict, note, made_by, made_at,
			coalesce(day_count, 0)
		from ledger.day_override
		left join held using (override_id)
		order by override_id`
	return collect(ctx, w.db, func(rows *sql.Rows, o *Override) error {
		return rows.Scan(&o.ID, &o.Kind, &o.Subject, &o.From, &o.To, &o.Verdict, &o.Note, &o.By, &o.At, &o.InForce)
	}, query)
}

// Subjects are the names that days can be overridden of: the logs and hosts that are configured,
// and the hosts that the catalogue's data is on.
func (w *Warehouse) Subjects(ctx context.Context, kind string) ([]string, error) {
	query := `select distinct log from raw.log order by log`
	if kind == "host" {
		query = `
			select host from raw.log
			union select host from raw.resource where host <> ''
			order by host`
	}
	return collect(ctx, w.db, func(rows *sql.Rows, name *string) error { return rows.Scan(name) }, query)
}

// Coverage is how many of the days of a log or host the models last judged how: measured, gap, ….
// Before the first build, and for days after it, there is nothing to say.
func (w *Warehouse) Coverage(ctx context.Context, kind, subject string, from, to time.Time) (map[string]int64, error) {
	table := map[string]string{"log": "int_log_day", "host": "int_host_day"}[kind]
	isBuilt, err := w.hasTable(ctx, table)
	if err != nil || !isBuilt {
		return nil, err
	}
	type judged struct {
		coverage string
		days     int64
	}
	rows, err := collect(ctx, w.db, func(rows *sql.Rows, j *judged) error { return rows.Scan(&j.coverage, &j.days) },
		fmt.Sprintf(`select coverage, count(*) from %s where %s = ? and day between cast(? as date) and cast(? as date)
			group by coverage`, table, kind), subject, from.Format(time.DateOnly), to.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	days := map[string]int64{}
	for _, row := range rows {
		days[row.coverage] = row.days
	}
	return days, nil
}

// hasTable says whether the models built a table.
func (w *Warehouse) hasTable(ctx context.Context, name string) (has bool, err error) {
	err = w.db.QueryRowContext(ctx, `
		select count(*) > 0 from duckdb_tables()
		where database_name = current_database() and schema_name = 'main' and table_name = ?`, name).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("warehouse: %w", err)
	}
	return has, nil
}
