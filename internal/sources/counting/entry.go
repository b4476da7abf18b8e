package counting

import (
	"context"
	"time"

	"footfall/internal/sources"
)

// An entry is a row of ledger.count_pull: one pull, or one reading of counters.
type entry struct {
	source, metric              string
	start, end, at              time.Time
	isWhole, isFinal, hidesTail bool
	rowCount                    int
	total                       int64 // of all counts, whatever they are of
	unmatched                   any   // int64, or nil
}

func (e entry) rows(ctx context.Context) sources.Rows {
	return sources.Rows{Table: "ledger.count_pull", Reader: sources.NewReader(ctx, []sources.Column[entry]{
		sources.NewColumn("source", sources.Varchar, func(e *entry) any { return e.source }),
		sources.NewColumn("metric", sources.Varchar, func(e *entry) any { return e.metric }),
		sources.NewColumn("period_start", sources.Date, func(e *entry) any { return e.start }),
		sources.NewColumn("period_end", sources.Date, func(e *entry) any { return e.end }),
		sources.NewColumn("pulled_at", sources.Timestamp, func(e *entry) any { return e.at }),
		sources.NewColumn("is_whole", sources.Boolean, func(e *entry) any { return e.isWhole }),
		sources.NewColumn("is_final", sources.Boolean, func(e *entry) any { return e.isFinal }),
		sources.NewColumn("hides_tail", sources.Boolean, func(e *entry) any { return e.hidesTail }),
		sources.NewColumn("row_count", sources.Bigint, func(e *entry) any { return int64(e.rowCount) }),
		sources.NewColumn("total_value", sources.Bigint, func(e *entry) any { return e.total }),
		sources.NewColumn("unmatched_value", sources.Bigint, func(e *entry) any { return e.unmatched }),
	}, []entry{e})}
}
