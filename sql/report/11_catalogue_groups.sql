-- Groups and series
--
-- One row for each way in which records belong together, of those in the catalogue on the day on
-- which the figures end.
--
-- key: 1
-- latest: all
--
-- kind     Kind (word): How records belong together.
-- groups   Groups or series (count): Groups, series, or records.
-- records  Records (count): Records of the catalogue in them.

with

live as (
    select dataset_id, group_id, record_kind, guid, parent_guid
    from dim_dataset
    where is_live and ($publisher = '' or publisher_id = $publisher)
),

shared as (
    select group_id, count(*) as records
    from live
    group by group_id
),

counts as (
    select
        1 as line_number,
        'group' as kind,
        count(*) filter (where records > 1) as groups,
        cast(coalesce(sum(case when records > 1 then records end), 0) as bigint) as records
    from shared

    union all

    select
        2 as line_number,
        'series' as kind,
        count(distinct parent_guid) as groups,
        count(parent_guid) as records
    from live

    union all

    select
        3 as line_number,
        'alone' as kind,
        count(*) filter (where shared.records = 1 and live.parent_guid is null) as groups,
        count(*) filter (where shared.records = 1 and live.parent_guid is null) as records
    from live
    inner join shared on shared.group_id = live.group_id
)

select kind, groups, records
from counts
order by line_number
