-- What each source saw
--
-- One row for each server log, and each source of counts by what it counts.
--
-- key: 2
-- for: portal
-- latest: first_day, last_day, datasets
--
-- source        Source: The log, or the source of counts.
-- source_kind   Kind (word): What it tells of.
-- days          Days in service (count, days): Days of the quarter on which it was in service.
-- out_days      Days out of service (count, days): Days of the quarter on which it was not, such
--     as those before it began.
-- healthy_days  Healthy days (count, days): Days of these that it saw whole, or knows for good.
-- gap_days      Days with gaps (count, days): Days of these that it did not see whole.
-- first_day     First day (date): First day of all on which it saw anything.
-- last_day      Last day (date): Last day of all on which it saw anything.
-- lines         Lines (count): Lines of the log in the quarter.
-- datasets      Datasets (count): Datasets that it speaks for: of a log, by the catalogue of the
--     day on which the figures end, and of logs that speak together at the first by name; of
--     counts, those with a count in the quarter.

with

reported as (
    select date_diff('day', max(quarter_start_date), max(quarter_end_date)) + 1 as day_count
    from dim_date
    where quarter_label = $quarter
),

logs as (
    select
        fct_source_day.log as source,
        'log' as source_kind,
        count(*) filter (
            where dim_date.quarter_label = $quarter and fct_source_day.coverage <> 'out_of_service'
        ) as days,
        count(*) filter (
            where dim_date.quarter_label = $quarter and fct_source_day.is_continuous
        ) as healthy_days,
        min(case when fct_source_day.line_count > 0 then fct_source_day.day end) as first_day,
        max(case when fct_source_day.line_count > 0 then fct_source_day.day end) as last_day,
        cast(
            sum(
                case
                    when dim_date.quarter_label = $quarter then fct_source_day.line_count
                    else 0
                end
            ) as bigint
        ) as line_count
    from fct_source_day
    inner join dim_date on dim_date.day = fct_source_day.day
    group by fct_source_day.log
),

log_datasets as (
    select int_host_day.log as source, count(distinct dim_resource.dataset_id) as datasets
    from int_host_day
    inner join dim_date
        on dim_date.day = int_host_day.day
        and dim_date.quarter_label = $quarter
    inner join dim_resource
        on dim_resource.host = int_host_day.host
        and dim_resource.is_live
        and dim_resource.resource_role in ('data', 'service')
    where int_host_day.log is not null
    group by int_host_day.log
),

counters as (
    select
        fct_count_day.source,
        fct_count_day.metric_kind as source_kind,
        count(*) filter (where dim_date.quarter_label = $quarter) as days,
        count(*) filter (
            where dim_date.quarter_label = $quarter and fct_count_day.is_known
        ) as healthy_days,
        min(case when fct_count_day.is_answered then fct_count_day.day end) as first_day,
        max(case when fct_count_day.is_answered then fct_count_day.day end) as last_day
    from fct_count_day
    inner join dim_date on dim_date.day = fct_count_day.day
    group by fct_count_day.source, fct_count_day.metric_kind
),

seen as (
    select
        source,
        source_kind,
        days,
        healthy_days,
        first_day,
        last_day,
        line_count,
        '' as lines_mark
    from logs

    union all

    select
        source,
        source_kind,
        days,
        healthy_days,
        first_day,
        last_day,
        cast(null as bigint) as line_count,
        '[z]' as lines_mark
    from counters
),

counted_datasets as (
    select
        fct_dataset_period.source,
        fct_dataset_period.metric_kind as source_kind,
        count(distinct fct_dataset_period.dataset_id) as datasets
    from fct_dataset_period
    inner join (
        select min(day) as first_day, max(day) as last_day
        from dim_date
        where quarter_label = $quarter
    ) as days
        on fct_dataset_period.period_start <= days.last_day
        and fct_dataset_period.period_end >= days.first_day
    where fct_dataset_period.value_high > 0
    group by fct_dataset_period.source, fct_dataset_period.metric_kind
)

select
    seen.source,
    seen.source_kind,
    seen.days,
    reported.day_count - seen.days as out_days,
    seen.healthy_days,
    seen.days - seen.healthy_days as gap_days,
    -- Of a source that was in service at all.
    case when seen.days > 0 then reported.day_count - seen.healthy_days end as _unseen_days,
    seen.first_day,
    seen.last_day,
    seen.line_count as lines,
    seen.lines_mark,
    case
        when seen.source_kind = 'log' then log_datasets.datasets
        else coalesce(counted_datasets.datasets, 0)
    end as datasets,
    '[z]' as datasets_mark
from seen
cross join reported
left join log_datasets on log_datasets.source = seen.source
left join counted_datasets
    on counted_datasets.source = seen.source
    and counted_datasets.source_kind = seen.source_kind
order by seen.source, seen.source_kind
