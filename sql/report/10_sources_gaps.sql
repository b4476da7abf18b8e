-- What was not seen
--
-- One row for each run of days of the quarter that a source did not see whole.
--
-- key: 3
-- for: portal
--
-- source       Source: The log, or the source of counts.
-- source_kind  Kind (word): What it tells of.
-- first_day    First day (date): First day of the run.
-- last_day     Last day (date): Last day of the run.
-- days         Days (count, days): Days of the run.
-- reason       Why (word): Why these days do not count.
-- is_open      May still come (yesno): What is missing may be loaded yet, or accepted as it is.

with

-- Logs that came at all. What lies before the first line of a log was hardly ever written.
begun_logs as (
    select fct_source_day.log
    from fct_source_day
    where fct_source_day.line_count > 0
    group by fct_source_day.log
),

missed as (
    select
        fct_source_day.log as source,
        'log' as source_kind,
        fct_source_day.day,
        fct_source_day.coverage as reason,
        fct_source_day.coverage in ('gap', 'missing_bytes') or begun_logs.log is null as is_open,
        dim_date.days_before
    from fct_source_day
    inner join dim_date
        on dim_date.day = fct_source_day.day
        and dim_date.quarter_label = $quarter
    left join begun_logs on begun_logs.log = fct_source_day.log
    where not fct_source_day.is_continuous and fct_source_day.coverage <> 'out_of_service'

    union all

    select
        fct_count_day.source,
        fct_count_day.metric_kind as source_kind,
        fct_count_day.day,
        fct_count_day.state as reason,
        fct_count_day.state in ('provisional', 'unknown') as is_open,
        dim_date.days_before
    from fct_count_day
    inner join dim_date
        on dim_date.day = fct_count_day.day
        and dim_date.quarter_label = $quarter
    where not fct_count_day.is_known
),

numbered as (
    select
        source,
        source_kind,
        day,
        reason,
        is_open,
        -- The same for all days of a run.
        days_before + row_number() over (
            partition by source, source_kind, reason
            order by day
        ) as run_number
    from missed
)

select
    source,
    source_kind,
    min(day) as first_day,
    max(day) as last_day,
    count(*) as days,
    reason,
    bool_or(is_open) as is_open
from numbered
group by source, source_kind, reason, run_number
order by source, source_kind, first_day, reason
