package warehouse

import (
	"context"
	"database/sql"
)

// An UnattributedURL is a URL that found no dataset, or several equally.
type UnattributedURL struct {
	Host, Path, Query string
	Rule              string // that found several; empty: none found any
	Source            string // log, or a source of counts
	Hits, ClientDays  int64  // of logs, of the last 365 days, by readers and their programs
	Counted           int64  // of a source of counts, in these days
}

// Unattributed are the URLs that found no dataset, of one host or of all where it is empty, as the
// last build left them.
func (w *Warehouse) Unattributed(ctx context.Context, host string) ([]UnattributedURL, error) {
	const query = `
		select host, coalesce(path, ''), coalesce(query, ''), rule, source,
			coalesce(hit_count, 0), coalesce(client_days, 0), coalesce(counted, 0)
		from unattributed_url
		where $1 = '' or host = $1
		order by source, host, path, query`
	return collect(ctx, w.db, func(rows *sql.Rows, u *UnattributedURL) error {
		return rows.Scan(&u.Host, &u.Path, &u.Query, &u.Rule, &u.Source, &u.Hits, &u.ClientDays, &u.Counted)
	}, query, host)
}
