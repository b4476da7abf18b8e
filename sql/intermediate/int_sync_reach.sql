-- How far back a sync of the catalogue reaches. What it saw first can be credited with the hits
-- that were there, not with those that were gone by then: of those days its use is unknown.
--
-- grain: seen_at
--
-- seen_at          when a sync saw a version of a record for the first time, UTC
-- reach_from_date  the day after the last one whose hits were gone by then, UTC

with

syncs as (
    select seen_at from stg_dataset
    union
    select seen_at from stg_resource
)

select
    syncs.seen_at,
    cast(max(stg_pruned_day.day) + interval '1' day as date) as reach_from_date
from syncs
inner join stg_pruned_day on stg_pruned_day.pruned_at < syncs.seen_at
group by syncs.seen_at
