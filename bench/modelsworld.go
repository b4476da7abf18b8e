package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// The portal that the models are measured on. Its first day is a Monday.
const (
	worldSize     = 13_000 // datasets
	worldDays     = 365
	worldFirstDay = "2024-12-30"
)

// worldDatasets are the datasets that all else is made from. Every fifth came in the year that is
// measured. Of a dataset's three resources most are files; one in twenty is on a host without a log.
var worldDatasets = []string{
	`create temporary table world_dataset as
		select i, md5('d' || i) || 'abcd' as dataset_id,
			case when i % 5 = 0 then {first} + (hash(i) % 300)::integer * interval '1 day' else timestamp '2020-01-01' end as created_at
		from range({datasets}) as r (i)`,
	`create temporary table world_resource as
		select i, dataset_id, created_at, 4 * i + j as url_id, md5('r' || (4 * i + j)) || 'abcd' as resource_id,
			case when hash(i, j) % 20 = 0 then 'archive.example.com' when hash(i, j) % 20 < 4 then 'data.example.org' else 'files.example.org' end as host
		from world_dataset, range(3) as s (j)`,
}

// worldCatalogue is the catalogue with what its texts mean, and the agents and referrers. Every
// fiftieth dataset has a service, which answers at forty URLs.
var worldCatalogue = []string{
	`insert into raw.log (log, host, channel, role, replica_group, known_at) values
		('portal', 'data.example.org', 'web', 'direct', '', {first}),
		('files', 'files.example.org', 'web', 'direct', '', {first})`,
	`insert into raw.publisher
		select 'p' || i, 'publisher-' || i, 'Publisher ' || i, false, i, timestamp '2020-01-01', true, {first}, 1
		from range(300) as r (i)`,
	`insert into raw.dataset
		select dataset_id, 'dataset-' || i, 'Dataset ' || i, 'p' || i % 300, 'dataset', 'guid-' || i, null, 'https://data.example.org/dataset/dataset-' || i,
			10000000 + i, created_at, created_at, false, i, created_at, true, {first}, 1
		from world_dataset`,
	`insert into raw.resource
		select resource_id, dataset_id, 'file', 'CSV', 'https://' || host || '/r/' || url_id || '.csv', url_id, host, null, null, null, false,
			created_at, false, url_id, created_at, true, {first}, 1
		from world_resource`,
	`insert into traffic.resource_role select resource_id, version_hash, 'data', 'format=csv', '1' from raw.resource`,
	`insert into raw.url select url_id, host, '/r/' || url_id || '.csv', '', 1 from world_resource`,
	`insert into raw.url select 10000000 + i, 'data.example.org', '/dataset/dataset-' || i, '', 1 from world_dataset`,
	`insert into raw.url select 11000000 + i, 'data.example.org', '/api/3/action/package_show', 'id=dataset-' || i, 1 from world_dataset`,
	`insert into raw.url select 20000000 + i, 'data.example.org', '/search', 'q=' || i, 1 from range(200000) as r (i)`,
	`insert into raw.url select 30000000 + 40 * i + j, 'data.example.org', '/wms/' || i, 'request=getmap&layers=' || j, 1
		from world_dataset, range(40) as s (j) where i % 50 = 0`,
	`insert into traffic.url_target select url_id, dataset_id, resource_id, 'request', 'resource_url', '1' from world_resource`,
	`insert into traffic.url_target select 10000000 + i, dataset_id, '', 'investigation', 'dataset_page', '1' from world_dataset`,
	`insert into traffic.url_target select 11000000 + i, dataset_id, '', 'investigation', 'action', '1' from world_dataset`,
	`insert into traffic.url_target select 30000000 + 40 * i + j, dataset_id, '', 'request', 'service', '1'
		from world_dataset, range(40) as s (j) where i % 50 = 0`,
	`insert into raw.agent select i, 'agent ' || i, 1 from range(2000) as r (i)`,
	`insert into traffic.agent_class
		select i, case when i < 1600 then 'regular' when i < 1900 then 'machine' else 'robot' end, 'family ' || i % 60, '1'
		from range(2000) as r (i)`,
	`insert into raw.referrer select i, 'site-' || i || '.example.net', '/', 1 from range(1, 200) as r (i)`,
	`insert into traffic.referrer_class
		select i, case when i < 10 then 'search' when i < 40 then 'government' else 'other' end, 'site ' || i, '1'
		from range(1, 200) as r (i)`,
	`insert into ledger.unit (unit_id, run_id, source, stream_id, start_offset, end_offset, loaded_at)
		values (1, 1, 'ckan', 'ckan', 1, 2, {first})`,
}

// worldDay is what the days [from, to) add: of each day and log a unit without a gap, and the
// hits in order of time. Datasets are asked for by Zipf's law. A client comes within an hour; a
// few ask for much. Of the hits one in 25 repeats another within 30 seconds, 5 % are robots', 2 %
// errors and 27 % for what is no dataset.
var worldDay = []string{
	`insert into ledger.unit
		select {units}, 1, 'log', 'content', log, 0, log, null, day_number * 1000, day_number * 1000 + 1000, '', '', 0,
			24 * {lines}, 24 * {lines}, 0, 0, 0, {day}, {day} + interval '23:59:59', {day} + interval '1 day' from {logs}`,
	`insert into ledger.unit_hour
		select {units}, log, {day} + hour_number * interval '1 hour', {lines}, {day} + hour_number * interval '1 hour',
			{day} + hour_number * interval '1 hour' + interval '00:59:59' from {logs}, range(24) as h (hour_number)`,
	`insert into ledger.hit_day select {units}, cast({day} as date) from {logs}`,
	`insert into raw.hit
		with numbered as (
			select i // {daily} as day_number, i % 25 = 24 as is_repeat, i - (i % 25) // 24 as n, hash(i) as own
			from range({from} * {daily}, {to} * {daily}) as r (i)
		),
		chosen as (
			select *, hash(n, 1) as h1, hash(n, 2) as h2, hash(n, 3) as h3,
				hash(day_number, floor({clients} * pow((hash(n, 4) % 1000000) / 1e6, 1.5))::bigint) as client
			from numbered
		),
		placed as (
			select *, client % 100 as sort, h2 % 100 as kind,
				(floor(pow({datasets}, (h1 % 100000000) / 1e8))::bigint * 7919) % {datasets} as i
			from chosen
		),
		aimed as (
			select *, case when kind < 48 then 4 * i + least(h3 % 4, 2)::bigint when kind < 68 then 10000000 + i
				when kind < 73 then 11000000 + i else 20000000 + (h3 % 200000)::bigint end as aim
			from placed
		),
		hosted as (
			select aimed.*, coalesce(world_resource.host, 'data.example.org') as host
			from aimed left join world_resource on world_resource.url_id = aimed.aim
		),
		asked as (
			select *,
				-- A dataset with a service is used through it; a file elsewhere is seen by its page.
				case when kind < 48 and i % 50 = 0 then 30000000 + 40 * i + (h3 % 40)::bigint
					when host = 'archive.example.com' then 10000000 + i else aim end as url_id
			from hosted
		)
		select
			{day} + least(86399, (client >> 8) % 82800 + h3 % 3000 + case when is_repeat then 1 + own % 20 else 0 end)::bigint * interval '1 second' as hit_at,
			(client >> 1)::bigint, url_id,
			case when sort < 5 then 1900 + client // 100 % 100 when sort < 20 then 1600 + client // 100 % 300 else client // 100 % 1600 end::bigint,
			case when h1 % 3 = 0 then 1 + h2 // 100 % 199 else 0 end::bigint,
			case when sort = 50 then 'own_group' when sort < 60 then 'government' else 'other' end,
			case when h3 // 100 % 100 = 0 then 'HEAD' else 'GET' end,
			case when h1 // 100 % 1000 < 870 then 200 when h1 // 100 % 1000 < 920 then 304 when h1 // 100 % 1000 < 970 then 206
				when h1 // 100 % 1000 < 985 then 404 when h1 // 100 % 1000 < 990 then 500 else 302 end,
			500 + (h1 % 100000)::bigint,
			case when host = 'files.example.org' and url_id < 10000000 then 1 else 0 end + {units_from}
		from asked
		order by hit_at`,
}

// fillWorld writes the days [from, to) with so many hits each, the catalogue first.
func fillWorld(ctx context.Context, db *sql.DB, daily, from, to int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // hands the connection back
	do := func(from, to int, statements []string) error {
		replace := strings.NewReplacer(
			"{logs}", fmt.Sprintf(`range(%d, %d) as d (day_number), (values (0, 'portal'), (1, 'files')) as l (log_number, log)`, from, to),
			"{lines}", fmt.Sprint(max(daily/24, 200)), "{units}", `10 + 2 * day_number + log_number`, "{units_from}", `10 + 2 * day_number`,
			"{first}", `timestamp '`+worldFirstDay+`'`, "{day}", `(timestamp '`+worldFirstDay+`' + day_number::integer * interval '1 day')`,
			"{datasets}", fmt.Sprint(worldSize), "{daily}", fmt.Sprint(daily), "{clients}", fmt.Sprint(daily/6+1),
			"{from}", fmt.Sprint(from), "{to}", fmt.Sprint(to))
		for _, statement := range statements {
			if _, err := conn.ExecContext(ctx, replace.Replace(statement)); err != nil {
				return fmt.Errorf("%.80s: %w", strings.TrimSpace(statement), err)
			}
		}
		return nil
	}
	if err := do(from, to, worldDatasets); err != nil {
		return err
	}
	if from == 0 {
		if err := do(from, to, worldCatalogue); err != nil {
			return err
		}
	}
	const atOnce = 30 // days, so that memory is bounded
	for first := from; first < to; first += atOnce {
		if err := do(first, min(first+atOnce, to), worldDay); err != nil {
			return err
		}
	}
	return nil
}
