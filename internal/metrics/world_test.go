package metrics_test

import (
	"database/sql"
	"fmt"
	"testing"
)

// A world is an invented portal as raw rows: enough of everything to build every model on. All
// is derived from hashes of numbers, so the same world has the same rows.
type world struct {
	datasets, hits int
	first          string // UTC day
	days           int
}

// fill writes the catalogue, the texts and their classes, and the hits of the days [from, to).
// Units are loaded by run, one for each log and day, with
// numbers that grow with the run.
func (w world) fill(tb testing.TB, db *sql.DB, from, to, run int) {
	tb.Helper()
	hosts := `case resource_number % 10 when 0 then 'archive.example.com' when 1 then 'maps.example.net'
		when 2 then 'data.example.org' else 'files.example.org' end`
	if from == 0 {
		do(tb, db,
			`insert into raw.log (log, host, channel, role, replica_group, known_at) values
				('portal', 'data.example.org', 'web', 'direct', '', timestamp '2026-01-01'), ('files-1', 'files.example.org', 'web', 'direct', 'files', timestamp '2026-01-01'),
				('files-2', 'files.example.org', 'web', 'direct', 'files', timestamp '2026-01-01'), ('maps', 'maps.example.net', 'web', 'direct', '', timestamp '2026-01-01')`,
			`insert into raw.publisher select 'p' || i, 'publisher-' || i, 'Publisher ' || i, false, i,
				timestamp '2020-01-01', true, timestamp '2026-01-01', 1 from range(10) as r (i)`,
			fmt.Sprintf(`insert into raw.dataset select md5('d' || i) || 'abcd', 'dataset-' || i, 'Dataset ' || i, 'p' || i %% 10, 'dataset',
				'guid-' || i, null, 'https://data.example.org/dataset/dataset-' || i, 10000000 + i, timestamp '2024-01-01', timestamp '2024-01-01', false, i,
				cast(date '%s' - 300 + (hash(i) %% 500)::integer as timestamp), true, timestamp '2026-01-01', 1
				from range(%d) as r (i)`, w.first, w.datasets),
			fmt.Sprintf(`insert into raw.resource select md5('r' || resource_number) || 'abcd', md5('d' || i) || 'abcd', 'file', 'CSV',
				'https://' || %[1]s || '/r/' || resource_number || '.csv', resource_number, %[1]s, null, null, null, resource_number %% 20 = 2,
				timestamp '2024-01-01', false, resource_number, timestamp '2024-01-01', true, timestamp '2026-01-01', 1
				from (select i, 2 * i + j as resource_number from range(%[2]d) as r (i), range(2) as s (j))`, hosts, w.datasets),
			`insert into traffic.resource_role select resource_id, version_hash, 'data', 'format=csv', '1' from raw.resource`,
			`insert into raw.url select url_id, host, '/r/' || url_id || '.csv', '', 1 from raw.resource`,
			`insert into raw.url select page_url_id, 'data.example.org', '/dataset/' || name, '', 1 from raw.dataset`,
			`insert into raw.url select 20000000 + i, 'data.example.org', '/search/' || i, 'page=' || i, 1 from range(200000) as r (i)`,
			`insert into traffic.url_target select url_id, dataset_id, resource_id, 'request', 'resource_url', '1' from raw.resource`,
			`insert into traffic.url_target select page_url_id, dataset_id, '', 'investigation', 'dataset_page', '1' from raw.dataset`,
			`insert into raw.agent select i, 'agent ' || i, 1 from range(500) as r (i)`,
			`insert into traffic.agent_class select i, case when i % 10 < 6 then 'regular' when i % 10 < 8 then 'machine' else 'robot' end,
				'agent', '1' from range(500) as r (i)`,
			`insert into traffic.referrer_class select i, case when i % 3 = 0 then 'search' else 'other' end, 'site', '1' from range(1, 50) as r (i)`,
			`insert into ledger.unit (unit_id, run_id, source, stream_id, start_offset, end_offset) values (1, 1, 'ckan', 'ckan', 1, 2)`)
	}
	units := fmt.Sprintf(`from range(%d, %d) as d (day_number), (values (0, 'portal'), (1, 'files-1'), (2, 'files-2'), (3, 'maps')) as l (log_number, log)`, from, to)
	do(tb, db,
		fmt.Sprintf(`insert into ledger.unit
			select %[2]d * 100000 + day_number * 4 + log_number, %[2]d, 'log', 'content', log || '/' || day_number, 0, log, null, 0, 1000, '', '', 0,
				2400, 2400, 0, 0, 0, cast(date '%[1]s' + day_number::integer as timestamp), cast(date '%[1]s' + day_number::integer as timestamp) + interval '23:59:59',
				timestamp '2026-01-01' %[3]s`, w.first, run, units),
		fmt.Sprintf(`insert into ledger.unit_hour
			select %[2]d * 100000 + day_number * 4 + log_number, log, hour_at, 100, hour_at, hour_at + interval '59 minutes'
			from (select *, cast(date '%[1]s' + day_number::integer as timestamp) + hour_number * interval '1 hour' as hour_at %[3]s, range(24) as h (hour_number))
			where not (log = 'maps' and day_number between 40 and 50)`, w.first, run, units),
		fmt.Sprintf(`insert into raw.hit
			with numbered as (
				select i, hash(i) as h1, hash(i + 1000000007) as h2, hash(i + 2000000011) as h3, (hash(i + 3000000019) %% %[3]d)::integer as day_number
				from range(%[4]d) as r (i)
			),
			chosen as (
				select *, (pow((h1 %% 1000000) / 1e6, 3) * 2 * %[5]d)::bigint as resource_number, h2 %% 10 as kind
				from numbered where day_number >= %[1]d and day_number < %[2]d
			),
			placed as (
				select *, case when kind < 6 then least(resource_number, 2 * %[5]d - 1) when kind < 8 then 10000000 + least(resource_number // 2, %[5]d - 1)
					else 20000000 + h3 %% 200000 end as url_id
				from chosen
			),
			hosted as (select *, case when url_id >= 10000000 then 'data.example.org' else %[6]s end as host from placed)
			select cast(date '%[7]s' + day_number as timestamp) + ((h3 %% 86400)::bigint * interval '1 second'),
				(hash(day_number * 100000 + (h2 // 16) %% 3000) >> 2)::bigint, url_id, (h2 // 16) %% 500, (h1 %% 50)::bigint,
				case when h3 %% 50 = 0 then 'own_group' else 'other' end, case when h1 %% 40 = 0 then 'HEAD' else 'GET' end,
				case when h2 %% 100 < 88 then 200 when h2 %% 100 < 92 then 304 when h2 %% 100 < 95 then 206 when h2 %% 100 < 98 then 404 else 302 end,
				1000 + h1 %% 5000,
				%[8]d * 100000 + day_number * 4 + case host when 'data.example.org' then 0 when 'maps.example.net' then 3 else 1 + h1 %% 2 end
			from hosted where host <> 'archive.example.com' and not (host = 'maps.example.net' and day_number between 40 and 50)`,
			from, to, w.days, w.hits, w.datasets, hosts, w.first, run))
}
