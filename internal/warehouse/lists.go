package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A List is a reference list that texts were classified by.
type List struct {
	Name    string    // agents, referrers, resource_roles, counter_robots
	Digest  string    // of its text
	Entries int       // how many it has
	Newest  time.Time // newest change that its entries tell; zero: they do not
}

// RecordLists writes into the ledger which lists a run classified by.
func (w *Warehouse) RecordLists(ctx context.Context, run int64, lists []List, at time.Time) error {
	return w.inTransaction(ctx, "lists", func(tx *sql.Tx) error {
		for _, list := range lists {
			_, err := tx.ExecContext(ctx, `
				insert into ledger.list_version (run_id, list_name, list_digest, entry_count, newest_change, read_at)
				values (?, ?, ?, ?, ?, ?)`,
				run, list.Name, list.Digest, list.Entries,
				sql.NullTime{Time: list.Newest, Valid: !list.Newest.IsZero()}, at.UTC())
			if err != nil {
				return fmt.Errorf("%s: %w", list.Name, err)
			}
		}
		return nil
	})
}

// Lists are those that the last run that classified had, by name.
func (w *Warehouse) Lists(ctx context.Context) ([]List, error) {
	const query = `
		select list_name, list_digest, entry_count, newest_change
		from ledger.list_version
		where run_id = (select max(run_id) from ledger.list_version)
		order by list_name`
	return collect(ctx, w.db, func(rows *sql.Rows, list *List) error {
		var newest sql.NullTime
		err := rows.Scan(&list.Name, &list.Digest, &list.Entries, &newest)
		list.Newest = newest.Time
		return err
	}, query)
}
