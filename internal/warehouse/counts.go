package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A CountSource is a configured source of counts. A share is the part of all uses that it sees,
// from low to high; zero: not given.
type CountSource struct {
	Name, Kind, TimeZone string
	Requests, Pages      [2]float64
}

// SetCountSources replaces the configured sources of counts. When one was first known is kept.
func (w *Warehouse) SetCountSources(ctx context.Context, sources []CountSource, now time.Time) error {
	return w.inTransaction(ctx, "sources of counts", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `create temporary table known_source as
			select source, min(known_at) as known_at from raw.count_source group by source`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from raw.count_source`); err != nil {
			return err
		}
		for _, s := range sources {
			if _, err := tx.ExecContext(ctx, `
				insert into raw.count_source by name
				select $1 as source, $2 as kind, $3 as time_zone,
					nullif(cast($4 as double), 0) as request_share_low, nullif(cast($5 as double), 0) as request_share_high,
					nullif(cast($6 as double), 0) as page_share_low, nullif(cast($7 as double), 0) as page_share_high,
					coalesce((select known_at from known_source where source = $1), cast($8 as timestamp)) as known_at`,
				s.Name, s.Kind, s.TimeZone, s.Requests[0], s.Requests[1], s.Pages[0], s.Pages[1], now.UTC()); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `drop table known_source`)
		return err
	})
}

// A CountPull is the latest pull of a source's metric and period (dates at midnight UTC), and its
// number in its stream.
type CountPull struct {
	Metric     string
	Start, End time.Time
	PulledAt   time.Time
	IsFinal    bool
	Number     int64
	ID         string // of its unit
}

// CountPulls are the latest pulls of a source of counts, and when it was first configured.
func (w *Warehouse) CountPulls(ctx context.Context, source string) (pulls []CountPull, first time.Time, err error) {
	const query = `
		select count_pull.metric, count_pull.period_start, count_pull.period_end,
			arg_max(count_pull.pulled_at, unit.start_offset), arg_max(count_pull.is_final, unit.start_offset), max(unit.start_offset),
			arg_max(unit.content_id, unit.start_offset)
		from ledger.count_pull as count_pull
		join ledger.unit as unit on unit.unit_id = count_pull.unit_id
		where count_pull.source = ?
		group by count_pull.metric, count_pull.period_start, count_pull.period_end
		order by count_pull.metric, count_pull.period_start, count_pull.period_end`
	pulls, err = collect(ctx, w.db, func(rows *sql.Rows, p *CountPull) error {
		return rows.Scan(&p.Metric, &p.Start, &p.End, &p.PulledAt, &p.IsFinal, &p.Number, &p.ID)
	}, query, source)
	if err != nil {
		return nil, first, err
	}
	var known sql.NullTime
	if err := w.db.QueryRowContext(ctx, `select min(known_at) from raw.count_source where source = ?`, source).Scan(&known); err != nil {
		return nil, first, fmt.Errorf("source %s: %w", source, err)
	}
	return pulls, known.Time, nil
}

// LoadedCountSources are the names of the sources of counts with a pull loaded.
func (w *Warehouse) LoadedCountSources(ctx context.Context) ([]string, error) {
	const query = `select distinct source from ledger.count_pull order by source`
	return collect(ctx, w.db, func(rows *sql.Rows, name *string) error { return rows.Scan(name) }, query)
}

// A CountState is how far a metric of a source of counts is known: of the days from the first one
// asked for to the last one answered, by the latest pulls. Of counters the days between the first
// reading and the last one are known.
type CountState struct {
	Source, Metric                         string
	Known, Unknown, Provisional, HidesTail int64
	First, Last                            time.Time
	Counts                                 int64
	Unmatched                              int64 // counts of what has no address, which are in no other number
}

// CountStates are all sources of counts with an answer, by name and metric.
func (w *Warehouse) CountStates(ctx context.Context) ([]CountState, error) {
	const query = `
		with latest as (
			select source, metric, period_start, period_end, arg_max(is_final, unit_id) as is_final,
				arg_max(hides_tail, unit_id) as hides_tail, arg_max(total_value, unit_id) as total_value,
				arg_max(coalesce(unmatched_value, 0), unit_id) as unmatched_value
			from ledger.count_pull
			group by source, metric, period_start, period_end
		),
		days as (
			select source, metric, cast(unnest(generate_series(period_start, period_end, interval 1 day)) as date) as day,
				is_final, hides_tail
			from latest
		),
		counters as (
			select distinct source, metric from raw.counter_reading
		),
		by_day as (
			select source, metric, day, bool_or(is_final) as is_final, bool_and(hides_tail) as hides_tail
			from days
			group by source, metric, day
		),
		totals as (
			select source, metric, cast(sum(total_value) as bigint) as total_value, cast(sum(unmatched_value) as bigint) as unmatched_value
			from latest
			group by source, metric
		)
		select by_day.source, by_day.metric,
			if(any_value(counters.source) is null, count(*) filter (where is_final), greatest(max(day) - min(day) - 1, 0)),
			if(any_value(counters.source) is null, max(day) - min(day) + 1 - count(*), 0),
			count(*) filter (where not is_final), count(*) filter (where hides_tail), min(day), max(day), any_value(totals.total_value),
			any_value(totals.unmatched_value)
		from by_day
		join totals on totals.source = by_day.source and totals.metric = by_day.metric
		left join counters on counters.source = by_day.source and counters.metric = by_day.metric
		group by by_day.source, by_day.metric
		order by by_day.source, by_day.metric`
	return collect(ctx, w.db, func(rows *sql.Rows, s *CountState) error {
		return rows.Scan(&s.Source, &s.Metric, &s.Known, &s.Unknown, &s.Provisional, &s.HidesTail, &s.First, &s.Last, &s.Counts, &s.Unmatched)
	}, query)
}
