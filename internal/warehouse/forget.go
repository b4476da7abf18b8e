package warehouse

import (
	"context"
	"database/sql"
	"fmt"
)

// sharedClientDays is from how many client-days on the path of a folder is no longer the path of
// one person: it could be data that no rule knows yet, and a dataset credited with less could never
// be used by it, at five uses a quarter.
const sharedClientDays = 5

// forgottenPath stands for the path of a URL whose text was forgotten: no real path is empty.
const forgottenPath = `''`

// keepTexts writes the ids of the URLs whose texts stay into the temporary table kept_url. hits is
// the condition of the hits that stay. A text stays while something needs it:
//
//   - a hit that is kept, the catalogue, or a count of others has it
//   - it is credited to a dataset, and may be credited to another one when rules change
//   - it belongs to nothing yet, but its folder was asked for, with success and not by robots, on
//     sharedClientDays, so that a rule may find it later
//
// What is known to be no use (a search, a page of a user), what never answered and what hardly
// anybody asked for is forgotten.
func keepTexts(ctx context.Context, conn *sql.Conn, hits string) error {
	statement := `
		create or replace temporary table kept_url as
		select url_id from raw.hit where ` + hits + `
		union select page_url_id from raw.dataset where page_url_id is not null
		union select url_id from raw.resource where url_id is not null
		union select url_id from raw.usage_count
		union select url_id from raw.referral_count where url_id is not null
		union select url_id from raw.counter_reading where url_id is not null
		union select url_id from traffic.url_target where usage_kind <> 'none'`
	var isBuilt bool
	err := conn.QueryRowContext(ctx, `select count(*) > 0 from duckdb_tables()
		where database_name = current_database() and schema_name = 'main' and table_name = 'int_url_day'`).Scan(&isBuilt)
	if err != nil {
		return err
	}
	if isBuilt {
		statement += fmt.Sprintf(`
			union select url_id from (
				select url_id, sum(client_days) over (partition by host, regexp_replace(path, '[^/]*$', '')) as folder_days
				from (
					select url.url_id, url.host, url.path, sum(asked.client_days) as client_days
					from (select url_id, any_value(host) as host, max(path) as path from raw.url group by url_id) as url
					join int_url_day as asked on asked.url_id = url.url_id
					where asked.outcome = 'good' and asked.visitor_kind in ('regular', 'machine', 'unclassified')
						and url.url_id not in (select url_id from traffic.url_target where url_id is not null)
					group by all
				)
			)
			where folder_days >= %d`, sharedClientDays)
	}
	_, err = conn.ExecContext(ctx, statement)
	return err
}

// forgottenTexts is a select of the ids of a table of texts whose texts were forgotten, and came
// with no unit since. What they meant stays as it was.
func forgottenTexts(step Step) string {
	if step.Texts != "raw.url" {
		return `select null where false`
	}
	return `select url_id from raw.url group by url_id having max(path) = ` + forgottenPath
}

// hasText is the condition that a row of a table of texts still has its text.
func hasText(step Step, table string) string {
	if step.Texts != "raw.url" {
		return "true"
	}
	return table + `.path <> ` + forgottenPath
}
