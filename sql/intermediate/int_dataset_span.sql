-- The days of a dataset cut into spans in which its data stays on the same hosts. Most datasets
-- have one span and few differ in their hosts, so whether a dataset was measured on a day is
-- worked out once for each set of hosts, not once for each dataset.
--
-- grain: dataset_id, from_date
--
-- dataset_id   the dataset
-- from_date    first day of the span, UTC
-- to_date      day after its last one, UTC, at most the day after as_of_date
-- portal_host  host of the dataset's page; null: no page known, or its visits are not credited
-- host_set     the hosts its data is on, as a text; null: it had no data link

with

lives as (
    select
        int_dataset_life.dataset_id,
        int_dataset_life.version_number,
        int_dataset_life.portal_host,
        int_dataset_life.from_date,
        int_dataset_life.page_from_date,
        case
            when int_dataset_life.to_date <= build_setting.as_of_date then int_dataset_life.to_date
            else cast(build_setting.as_of_date + interval '1' day as date)
        end as to_date
    from int_dataset_life
    cross join build_setting
    where int_dataset_life.from_date <= build_setting.as_of_date
),

edges as (
    select dataset_id, version_number, from_date as edge_date
    from lives

    union

    select dataset_id, version_number, page_from_date as edge_date
    from lives
    where page_from_date < to_date

    union

    select lives.dataset_id, lives.version_number, int_data_link.from_date as edge_date
    from lives
    inner join int_data_link
        on int_data_link.dataset_id = lives.dataset_id
        and int_data_link.from_date > lives.from_date
        and int_data_link.from_date < lives.to_date

    union

    select lives.dataset_id, lives.version_number, int_data_link.to_date as edge_date
    from lives
    inner join int_data_link
        on int_data_link.dataset_id = lives.dataset_id
        and int_data_link.to_date > lives.from_date
        and int_data_link.to_date < lives.to_date
),

spans as (
    select
        edges.dataset_id,
        case when edges.edge_date >= lives.page_from_date then lives.portal_host end
            as portal_host,
        edges.edge_date as from_date,
        coalesce(
            lead(edges.edge_date) over (
                partition by edges.dataset_id, edges.version_number order by edges.edge_date
            ),
            lives.to_date
        ) as to_date
    from edges
    inner join lives
        on lives.dataset_id = edges.dataset_id
        and lives.version_number = edges.version_number
),

parts as (
    select distinct
        spans.dataset_id,
        spans.from_date,
        case
            when int_data_link.channel = 'web' then int_data_link.host
            else int_data_link.host || '/' || int_data_link.channel
        end as part
    from spans
    inner join int_data_link
        on int_data_link.dataset_id = spans.dataset_id
        and int_data_link.from_date <= spans.from_date
        and (int_data_link.to_date > spans.from_date or int_data_link.to_date is null)
),

numbered as (
    select
        dataset_id,
        from_date,
        part,
        row_number() over (partition by dataset_id, from_date order by part) as part_number
    from parts
),

-- A set of up to four hosts is named by them; a larger one is the dataset's own.
sets as (
    select
        dataset_id,
        from_date,
        case
            when count(*) > 4 then dataset_id || ' ' || cast(from_date as varchar)
            else max(case when part_number = 1 then part else '' end)
                || max(case when part_number = 2 then ' ' || part else '' end)
                || max(case when part_number = 3 then ' ' || part else '' end)
                || max(case when part_number = 4 then ' ' || part else '' end)
        end as host_set
    from numbered
    group by dataset_id, from_date
)

select
    spans.dataset_id,
    spans.from_date,
    spans.to_date,
    spans.portal_host,
    sets.host_set
from spans
left join sets
    on sets.dataset_id = spans.dataset_id
    and sets.from_date = spans.from_date
