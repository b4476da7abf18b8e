-- What we could see: each log and each source of counts, the days it covers, and what kept it from
-- the others.
--
-- A day that was not seen whole proves no disuse. Rejected lines of a log are those that could not
-- be read. sees is the part of all use that a source of counts sees of a dataset, in percent, and
-- how that is known; datasets are those that it counted anything of in the last 365 days.
with

reasons as (
    select log, coverage, count(*) as days
    from fct_source_day
    where not is_continuous
    group by log, coverage
),

missed as (
    select log, string_agg(days || ' ' || coverage, ', ' order by days desc, coverage) as not_seen
    from reasons
    group by log
),

logs as (
    select
        log as source,
        'log' as of,
        min(day) filter (where line_count > 0) as first_day,
        max(day) filter (where line_count > 0) as last_day,
        count(*) as days,
        count(*) filter (where is_continuous) as seen_whole,
        any_value(not_seen) as not_seen,
        sum(line_count)::bigint as lines,
        round(100 * sum(rejected_share * line_count) / nullif(sum(line_count), 0), 2)
            as rejected_pct
    from fct_source_day
    left join missed using (log)
    group by log
),

counters as (
    select
        source,
        metric_kind as of,
        first_date as first_day,
        last_known_date as last_day,
        known_days + provisional_days + partial_days + unknown_days as days,
        known_days as seen_whole,
        nullif(concat_ws(
            ', ',
            if(unknown_days > 0, unknown_days || ' unknown', null),
            if(partial_days > 0, partial_days || ' partial', null),
            if(provisional_days > 0, provisional_days || ' may still change', null)
        ), '') as not_seen,
        counted_datasets as datasets,
        case
            when metric_kind = 'referrals' then null
            when share_low is null then 'not known'
            else round(100 * share_low)::bigint || ' to ' || round(100 * share_high)::bigint || ', '
                || share_basis || if(share_basis = 'measured', ' on ' || common_datasets, '')
        end as sees
    from count_source
)

select
    source,
    of,
    first_day,
    last_day,
    days,
    seen_whole,
    not_seen,
    datasets,
    sees,
    lines,
    rejected_pct
from (
    select * from logs
    union all by name
    select * from counters
)
order by of <> 'log', source, of;
