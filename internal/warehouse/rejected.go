package warehouse

import (
	"context"
	"database/sql"
)

// A RejectedCount is how many lines of a file were rejected for a reason.
type RejectedCount struct {
	Log, Reason, Path string // the path that the file had when it was read
	Lines             int64
}

// RejectedCounts are the rejected lines by log, reason and file, the most frequent first. An empty
// log or reason stands for all of them.
func (w *Warehouse) RejectedCounts(ctx context.Context, log, reason string) ([]RejectedCount, error) {
	const query = `
		select unit.log, rejected_line.reason, unit.path, count(*)
		from ledger.rejected_line as rejected_line
		join ledger.unit as unit on unit.unit_id = rejected_line.unit_id
		where ($1 = '' or unit.log = $1) and ($2 = '' or rejected_line.reason = $2)
		group by all
		order by unit.log, count(*) desc, rejected_line.reason, unit.path`
	return collect(ctx, w.db, func(rows *sql.Rows, c *RejectedCount) error {
		return rows.Scan(&c.Log, &c.Reason, &c.Path, &c.Lines)
	}, query, log, reason)
}

// A RejectedLine is where a rejected line stands: bytes of a stream, and the unit it came with.
type RejectedLine struct {
	Log, Reason, Path string
	Offset, Length    int64 // of the line, without its end
	Unit              Stream
}

// RejectedLines are the latest rejected lines, at most limit of each log and reason.
func (w *Warehouse) RejectedLines(ctx context.Context, log, reason string, limit int) ([]RejectedLine, error) {
	const query = `
		select unit.log, rejected_line.reason, unit.path, rejected_line.line_offset, rejected_line.line_length,
			unit.stream_id, unit.generation, unit.end_offset, unit.head_hashes, unit.tail_hash, unit.tail_length
		from ledger.rejected_line as rejected_line
		join ledger.unit as unit on unit.unit_id = rejected_line.unit_id
		where ($1 = '' or unit.log = $1) and ($2 = '' or rejected_line.reason = $2)
		qualify row_number() over (
			partition by unit.log, rejected_line.reason order by unit.unit_id desc, rejected_line.line_offset desc
		) <= $3
		order by unit.log, rejected_line.reason, unit.unit_id, rejected_line.line_offset`
	return collect(ctx, w.db, func(rows *sql.Rows, l *RejectedLine) error {
		return rows.Scan(&l.Log, &l.Reason, &l.Path, &l.Offset, &l.Length,
			&l.Unit.StreamID, &l.Unit.Generation, &l.Unit.EndOffset, &l.Unit.HeadHashes, &l.Unit.TailHash, &l.Unit.TailLength)
	}, query, log, reason, limit)
}
