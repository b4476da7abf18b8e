package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A Run is one execution of a command; Ended is zero while it runs, or where it was killed.
type Run struct {
	Run              int64
	Command          string
	Started, Ended   time.Time
	ExitCode         int64
	hasEnd, isLatest bool
}

// Outcome is how the run ended, in words.
func (r Run) Outcome() string {
	switch {
	case !r.hasEnd && r.isLatest:
		return "running, or ended without a word"
	case !r.hasEnd:
		return "ended without a word (killed?)"
	case r.ExitCode == 0:
		return "done"
	case r.ExitCode == 3:
		return "published, needs attention (exit code 3)"
	default:
		return fmt.Sprintf("failed, nothing published (exit code %d)", r.ExitCode)
	}
}

// Runs are the last runs, newest first.
func (w *Warehouse) Runs(ctx context.Context, limit int) ([]Run, error) {
	const query = `
		select run.run_id, run.command, run.started_at, run_end.ended_at, coalesce(run_end.exit_code, 0),
			run_end.run_id is not null, run.run_id = max(run.run_id) over ()
		from ledger.run as run
		left join ledger.run_end as run_end on run_end.run_id = run.run_id
		order by run.run_id desc
		limit ?`
	return collect(ctx, w.db, func(rows *sql.Rows, r *Run) error {
		var ended sql.NullTime
		err := rows.Scan(&r.Run, &r.Command, &r.Started, &ended, &r.ExitCode, &r.hasEnd, &r.isLatest)
		r.Ended = ended.Time
		return err
	}, query, limit)
}

// A LogState is what became of one log. Measured and Unmeasured are days of its hosts since its
// first line, as the models last judged them; both are -1 before the first build.
type LogState struct {
	Log                            string
	Lines, Hits, Rejected, TooLate int64
	First, Last                    time.Time
	Measured, Unmeasured, Resalted int64
}

// LogStates are all logs ever loaded, by name.
func (w *Warehouse) LogStates(ctx context.Context) ([]LogState, error) {
	var built int64
	if err := w.db.QueryRowContext(ctx, `select count(*) from duckdb_tables() where table_name = 'int_log_day'`).Scan(&built); err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	measured := `select null as log, 0 as measured, 0 as unmeasured`
	if built > 0 {
		measured = `select log, count(*) filter (where is_continuous) as measured, count(*) filter (where not is_continuous) as unmeasured
			from int_log_day group by log`
	}
	query := fmt.Sprintf(`
		with late as (
			select unit_id, sum(line_count) as line_count from ledger.dropped_count where reason = 'too_late' group by unit_id
		),
		resalted as (
			select unit.log, count(distinct day) as day_count
			from ledger.resalted_day as resalted_day join ledger.unit as unit on unit.unit_id = resalted_day.unit_id group by unit.log
		),
		days as (%s)
		select unit.log, cast(sum(unit.line_count) as bigint), cast(sum(unit.hit_count) as bigint), cast(sum(unit.rejected_count) as bigint),
			cast(coalesce(sum(late.line_count), 0) as bigint), min(unit.first_at), max(unit.last_at),
			coalesce(any_value(days.measured), -1), coalesce(any_value(days.unmeasured), -1), coalesce(any_value(resalted.day_count), 0)
		from ledger.unit as unit
		left join late on late.unit_id = unit.unit_id
		left join resalted on resalted.log = unit.log
		left join days on days.log = unit.log
		where unit.log is not null and unit.log <> ''
		group by unit.log
		order by unit.log`, measured)
	return collect(ctx, w.db, func(rows *sql.Rows, l *LogState) error {
		var first, last sql.NullTime
		err := rows.Scan(&l.Log, &l.Lines, &l.Hits, &l.Rejected, &l.TooLate, &first, &last, &l.Measured, &l.Unmeasured, &l.Resalted)
		l.First, l.Last = first.Time, last.Time
		return err
	}, query)
}

// IsBuilt says whether the models are whole: their last build came to its end.
func (w *Warehouse) IsBuilt(ctx context.Context) (isBuilt bool, err error) {
	err = w.db.QueryRowContext(ctx, `
		select coalesce((select max(run_id) from ledger.build) >= (select max(run_id) from ledger.model_build), false)`).Scan(&isBuilt)
	if err != nil {
		return false, fmt.Errorf("ledger: %w", err)
	}
	return isBuilt, nil
}

// BuildSetting is what the models were last built with, by name.
func (w *Warehouse) BuildSetting(ctx context.Context) ([][2]string, error) {
	const query = `
		unpivot (
			select cast(as_of_date as varchar) as as_of_date, cast(first_date as varchar) as first_date,
				cast(threshold as varchar) as threshold, cast(page_threshold as varchar) as page_threshold,
				cast(phi_default as varchar) as phi_default, cast(full_year_days as varchar) as full_year_days,
				cast(year_start_month as varchar) as year_start_month,
				cast(suspect_datasets_per_hour as varchar) as suspect_datasets_per_hour
			from build_setting
		) on columns(*) into name key value value`
	return collect(ctx, w.db, func(rows *sql.Rows, pair *[2]string) error { return rows.Scan(&pair[0], &pair[1]) }, query)
}

// A Failure is a piece of evidence that the last run could not read.
type Failure struct {
	Source, Message string
	At              time.Time
}

// Failures are those of each source's last attempt, oldest first: a run attempts all of them, the
// commands catalogue, logs and counts their own.
func (w *Warehouse) Failures(ctx context.Context) ([]Failure, error) {
	const query = `
		with last as (
			select max(run_id) filter (where command in ('run', 'catalogue')) as catalogue_run,
				max(run_id) filter (where command in ('run', 'logs')) as logs_run,
				max(run_id) filter (where command in ('run', 'counts')) as counts_run
			from ledger.run
		)
		select source, message, failed_at
		from ledger.failure, last
		where run_id = case when starts_with(source, 'ckan/') then catalogue_run
			when source in (select source from raw.count_source) then counts_run else logs_run end
		order by failed_at, source, message`
	return collect(ctx, w.db, func(rows *sql.Rows, f *Failure) error {
		return rows.Scan(&f.Source, &f.Message, &f.At)
	}, query)
}
