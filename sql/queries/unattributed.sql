-- How much traffic found no dataset, by host of the logs and by source of counts: a large share
-- means use that we may be missing.
--
-- Robots are left out. unattributed_percent is the share of hits that got an answer, or of what a
-- source counted, which stands under hits. `ingest unattributed` lists the addresses.
with

logs as (
    select
        'log' as source,
        host as of,
        sum(hit_count)::bigint as hits,
        sum(case usage_kind when 'request' then hit_count else 0 end)::bigint as requests,
        sum(case usage_kind when 'investigation' then hit_count else 0 end)::bigint
            as investigations,
        sum(case usage_kind when 'none' then hit_count else 0 end)::bigint as no_use,
        sum(case usage_kind when 'unattributed' then hit_count else 0 end)::bigint as unattributed
    from attribution_quality
    where visitor_kind <> 'robot'
    group by host
),

counters as (
    select
        source,
        metric_kind as of,
        counted as hits,
        counted_no_use as no_use,
        counted_no_dataset as unattributed
    from count_source
    where counted > 0
)

select
    source,
    of,
    hits,
    requests,
    investigations,
    no_use,
    unattributed,
    round(100 * unattributed / nullif(hits, 0), 1) as unattributed_percent
from (
    select * from logs
    union all by name
    select * from counters
)
order by source <> 'log', source, unattributed desc, of;
