package warehouse

import (
	"context"
	"database/sql"
)

// An UnattributedURL is a URL that found no dataset, or several equally.
type UnattributedURL struct {
	Host, Path, Query string
	Rule              string // that found several; empty: none found any
	Hits, ClientDays  int64  // of the last 365 days, by readers and their programs
}

// Unattributed are the URLs that found no dataset, of one host or of all where it is empty, as the
// last build left them.
func (w *Warehouse) Unattributed(ctx context.Context, host string) ([]UnattributedURL, error) {
	const query = `
		select host, coalesce(path, ''), coalesce(query, ''), rule, hit_count, client_days
		from unattributed_url
		where $1 = '' or host = $1
		order by host, path, query`
	return collect(ctx, w.db, func(rows *sql.Rows, u *UnattributedURL) error {
		return rows.Scan(&u.Host, &u.Path, &u.Query, &u.Rule, &u.Hits, &u.ClientDays)
	}, query, host)
}
