-- What each source of counts knows of each day, from its first one: what a count's exposure is made
-- of, as fct_source_day is for logs. A counter knows the days between its first whole reading and
-- its last, but not those two, on which it was read at some hour.
--
-- grain: source, metric_kind, day
--
-- source       name of the source
-- metric_kind  pages (visits of pages), files (files taken and links followed), or referrals (where
--     visitors came from)
-- day          day of the tool's own zone, to as_of_date; of a counter UTC
-- state        known (what is absent is zero, and it will not change), provisional (the same, but
--     it may change yet), partial (what is absent is unknown), or unknown
-- is_answered  something is known that will not change: use can be proven
-- is_known     known: disuse can be proven, as far as the tool sees

with

period_days as (
    select
        int_count_period.source,
        int_count_period.metric_kind,
        int_count_period.metric,
        dim_date.day,
        int_count_period.is_whole,
        int_count_period.is_final
    from int_count_period
    inner join dim_date
        on dim_date.day >= int_count_period.period_start
        and dim_date.day <= int_count_period.period_end
),

counters as (
    select
        source,
        metric_kind,
        metric,
        min(case when reading_number = 1 then last_date end) as first_date,
        max_by(first_date, reading_number) as last_date,
        not bool_or(hides_tail) as is_whole
    from int_counter_reading
    group by source, metric_kind, metric
),

days as (
    select source, metric_kind, metric, day, is_whole, is_final
    from period_days

    union all

    select
        counters.source,
        counters.metric_kind,
        counters.metric,
        dim_date.day,
        counters.is_whole,
        true as is_final
    from counters
    inner join dim_date
        on dim_date.day > counters.first_date
        and dim_date.day < counters.last_date
),

answered as (
    select
        source,
        metric_kind,
        day,
        count(distinct metric) as metric_count,
        bool_and(is_whole) as is_whole,
        bool_and(is_final) as is_final
    from days
    group by source, metric_kind, day
),

metrics as (
    select source, metric_kind, metric, min(period_start) as first_date
    from int_count_period
    group by source, metric_kind, metric

    union

    select source, metric_kind, metric, first_date
    from counters
),

kinds as (
    select
        source,
        metric_kind,
        count(distinct metric) as metric_count,
        min(first_date) as first_date
    from metrics
    group by source, metric_kind
),

judged as (
    select
        kinds.source,
        kinds.metric_kind,
        dim_date.day,
        case
            when answered.source is null then 'unknown'
            when not answered.is_whole or answered.metric_count < kinds.metric_count
                then 'partial'
            when not answered.is_final then 'provisional'
            else 'known'
        end as state,
        coalesce(answered.is_final, false) as is_answered
    from kinds
    inner join dim_date on dim_date.day >= kinds.first_date
    left join answered
        on answered.source = kinds.source
        and answered.metric_kind = kinds.metric_kind
        and answered.day = dim_date.day
)

select
    source,
    metric_kind,
    day,
    state,
    is_answered,
    state = 'known' as is_known
from judged
