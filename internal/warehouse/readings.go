package warehouse

import (
	"context"
	"database/sql"
)

// A CounterValue is a counter as it was read last. Subject is the id of a dataset or resource; of
// a counter of kind url, the id of its URL.
type CounterValue struct {
	Metric, SubjectKind, Subject string
	Value                        int64
}

// LastReadings are the counters of the last reading of each metric of a source.
func (w *Warehouse) LastReadings(ctx context.Context, source string) ([]CounterValue, error) {
	const query = `
		with last as (
			select count_pull.metric, arg_max(count_pull.unit_id, unit.start_offset) as unit_id
			from ledger.count_pull as count_pull
			join ledger.unit as unit on unit.unit_id = count_pull.unit_id
			where count_pull.source = $1
			group by count_pull.metric
		)
		select reading.metric, reading.subject_kind, coalesce(reading.subject, cast(reading.url_id as varchar)), reading.value
		from raw.counter_reading as reading
		join last on last.unit_id = reading.unit_id and last.metric = reading.metric
		where reading.source = $1 and coalesce(reading.subject, cast(reading.url_id as varchar)) is not null`
	return collect(ctx, w.db, func(rows *sql.Rows, c *CounterValue) error {
		return rows.Scan(&c.Metric, &c.SubjectKind, &c.Subject, &c.Value)
	}, query, source)
}
