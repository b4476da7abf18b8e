package warehouse

import (
	"context"
	"database/sql"
	"time"
)

// A Gap is a run of days that a log did not see as a whole, and what it costs: a row of the model
// source_gap.
type Gap struct {
	Log, Coverage string
	From, To      time.Time // hours, UTC; To is the end of the last one
	Days, Hours   int64
	Lines         int64 // that were expected
	Datasets      int64 // that could not be measured
	DatasetDays   int64
	Verdicts      int64 // datasets that would be judged otherwise
}

// Gaps are those of the last 365 days, the dearest first. Before the first build there are none.
func (w *Warehouse) Gaps(ctx context.Context) ([]Gap, error) {
	isBuilt, err := w.hasTable(ctx, "source_gap")
	if err != nil || !isBuilt {
		return nil, err
	}
	const query = `
		select log, coverage, first_day + to_hours(first_hour), last_day + to_hours(last_hour + 1),
			day_count, gap_hours, expected_lines, dataset_count, dataset_days, verdict_count
		from source_gap
		order by dataset_days desc, expected_lines desc, first_day desc, log, coverage`
	return collect(ctx, w.db, func(rows *sql.Rows, g *Gap) error {
		return rows.Scan(&g.Log, &g.Coverage, &g.From, &g.To, &g.Days, &g.Hours, &g.Lines, &g.Datasets, &g.DatasetDays, &g.Verdicts)
	}, query)
}

// A HostState says who speaks for a host, on one channel, and how many of its days were judged
// how: 31 measured, 2 gap. Empty before the first build.
type HostState struct {
	Host, Channel string
	Logs          string // with replicas and terms of service, in words
	Days          string
}

// HostStates are all hosts with a configured log, by name.
func (w *Warehouse) HostStates(ctx context.Context) ([]HostState, error) {
	isBuilt, err := w.hasTable(ctx, "int_host_day")
	if err != nil {
		return nil, err
	}
	days := `select null as host, null as days`
	if isBuilt {
		days = `select host, string_agg(day_count || ' ' || coverage, ', ' order by day_count desc, coverage) as days
			from (select host, coverage, count(*) as day_count from int_host_day group by all)
			group by host`
	}
	return collect(ctx, w.db, func(rows *sql.Rows, h *HostState) error {
		return rows.Scan(&h.Host, &h.Channel, &h.Logs, &h.Days)
	}, `
		with spoken as (
			select host, channel, replica_group,
				string_agg(log || case role when 'direct' then '' else ' (' || role || ')' end
					|| coalesce(' from ' || from_date, '') || coalesce(' until ' || until_date, ''), ' + ' order by log)
					|| case when count(*) > 1 then ' (replicas: a day needs all)' else '' end as logs
			from raw.log
			group by host, channel, replica_group
		),
		days as (`+days+`)
		select spoken.host, spoken.channel, string_agg(logs, '; ' order by logs), coalesce(any_value(days.days), '')
		from spoken
		left join days on days.host = spoken.host
		group by spoken.host, spoken.channel
		order by spoken.host, spoken.channel`)
}
