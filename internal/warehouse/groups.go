package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// SetGroups replaces the groups of datasets: the group of each member, by dataset id.
func (w *Warehouse) SetGroups(ctx context.Context, groups map[string]string) error {
	rows := make([]string, 0, len(groups))
	for dataset, group := range groups {
		rows = append(rows, fmt.Sprintf("(%s, %s)", quoteText(dataset), quoteText(group)))
	}
	return w.replaceRows(ctx, "groups of datasets", "traffic.dataset_group", rows)
}

// A Context is a note of the context register on a dataset.
type Context struct{ DatasetID, Kind, Note string }

// SetContext replaces the context register.
func (w *Warehouse) SetContext(ctx context.Context, notes []Context) error {
	rows := make([]string, len(notes))
	for i, n := range notes {
		rows[i] = fmt.Sprintf("(%s, %s, %s)", quoteText(n.DatasetID), quoteText(n.Kind), quoteText(n.Note))
	}
	return w.replaceRows(ctx, "context register", "raw.dataset_context", rows)
}

// replaceRows replaces all rows of a table by rows of literals, in one transaction. what names it
// in errors.
func (w *Warehouse) replaceRows(ctx context.Context, what, table string, rows []string) error {
	return w.inTransaction(ctx, what, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from `+table); err != nil {
			return err
		}
		const atOnce = 1000
		for len(rows) > 0 {
			some := rows[:min(atOnce, len(rows))]
			rows = rows[len(some):]
			if _, err := tx.ExecContext(ctx, `insert into `+table+` values `+strings.Join(some, ", ")); err != nil {
				return err
			}
		}
		return nil
	})
}
