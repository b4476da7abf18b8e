package sources

import (
	"context"
	"fmt"

	"github.com/zeebo/xxh3"
)

// A Receipt is what ledger.unit keeps of a unit that is no part of a log: a pull, a reading.
type Receipt struct {
	Source string // kind of source, such as ckan
	ID     string // names the content
	Stream string
	Path   string // what was asked, without secrets
	Number int64  // of the pull in its stream: the unit's Start
}

// Rows are the unit's last reader.
func (r Receipt) Rows(ctx context.Context) Rows {
	columns := []Column[Receipt]{
		NewColumn("source", Varchar, func(r *Receipt) any { return r.Source }),
		NewColumn("content_id", Varchar, func(r *Receipt) any { return r.ID }),
		NewColumn("stream_id", Varchar, func(r *Receipt) any { return r.Stream }),
		NewColumn("path", Varchar, func(r *Receipt) any { return r.Path }),
		NewColumn("start_offset", Bigint, func(r *Receipt) any { return r.Number }),
		NewColumn("end_offset", Bigint, func(r *Receipt) any { return r.Number + 1 }),
	}
	for _, name := range []string{"generation", "line_count", "hit_count", "rejected_count", "dropped_count", "blank_count"} {
		columns = append(columns, NewColumn(name, Bigint, func(*Receipt) any { return int64(0) }))
	}
	return Rows{Table: "ledger.unit", Reader: NewReader(ctx, columns, []Receipt{r})}
}

// ContentID names a content by its text: 128 bits of xxh3, in hexadecimal.
func ContentID(text string) string {
	return fmt.Sprintf("%x", xxh3.HashString128(text).Bytes())
}
