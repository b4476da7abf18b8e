-- What we could see: each log, the days it covers, and what kept it from the others.
--
-- A day that was not seen whole proves no disuse. Rejected lines are those that could not be read.
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
)

select
    log,
    min(day) filter (where line_count > 0) as first_day,
    max(day) filter (where line_count > 0) as last_day,
    count(*) as days,
    count(*) filter (where is_continuous) as seen_whole,
    any_value(not_seen) as not_seen,
    sum(line_count)::bigint as lines,
    round(100 * sum(rejected_share * line_count) / nullif(sum(line_count), 0), 2) as rejected_pct
from fct_source_day
left join missed using (log)
group by log
order by log;
