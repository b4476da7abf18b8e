-- What a log and a source of counts say of the same datasets in the same periods: those of which
-- the source's answer is whole and final, and of which the log measured every day of all the
-- dataset's data (of visits: its page), on the same hosts. Other periods count on neither side: a
-- file of a month is not compared with the days that a gap left of it. The log's side has machines
-- and hot links, which no tag on a page sees.
--
-- Of a counter a period is the days from one reading to the next, which is taken for one in the
-- morning, before the day's use.
--
-- grain: source, metric_kind, dataset_id
--
-- source       see stg_count_source
-- metric_kind  files (requests) or pages (visits of its page)
-- dataset_id   the dataset
-- log_count    client-days of the log
-- source_low   the source's, at least
-- source_high  the source's, at most, as the upper limit of a verdict has it

with

periods as (
    select distinct
        source,
        metric_kind,
        false as is_reading,
        period_start,
        period_end,
        period_start as first_day,
        period_end as last_day
    from int_count_period
    where is_final and is_whole and metric_kind in ('files', 'pages')

    union

    select
        later.source,
        later.metric_kind,
        true as is_reading,
        earlier.first_date as period_start,
        later.last_date as period_end,
        earlier.first_date as first_day,
        cast(later.first_date - interval '1' day as date) as last_day
    from int_counter_reading as later
    inner join int_counter_reading as earlier
        on earlier.source = later.source
        and earlier.metric = later.metric
        and earlier.reading_number = later.reading_number - 1
    where not later.hides_tail and not earlier.hides_tail
),

measured as (
    select
        periods.source,
        periods.metric_kind,
        periods.is_reading,
        periods.period_start,
        periods.period_end,
        periods.first_day,
        periods.last_day,
        totals.host_set
    from periods
    inner join int_host_set_total as totals on totals.day = periods.last_day
    left join int_host_set_total as earlier
        on earlier.host_set = totals.host_set
        and earlier.day = cast(periods.first_day - interval '1' day as date)
    where
        totals.measured_days - coalesce(earlier.measured_days, 0)
            = date_diff('day', periods.first_day, periods.last_day) + 1
),

measured_days as (
    select
        measured.source,
        measured.metric_kind,
        measured.host_set,
        measured.first_day,
        measured.last_day,
        dim_date.day
    from measured
    inner join dim_date
        on dim_date.day >= measured.first_day
        and dim_date.day <= measured.last_day
),

spans as (
    select dataset_id, 'files' as metric_kind, host_set, from_date, to_date
    from int_dataset_span
    where host_set is not null

    union all

    select dataset_id, 'pages' as metric_kind, portal_host as host_set, from_date, to_date
    from int_dataset_span
    where portal_host is not null
),

log_counts as (
    select
        measured_days.source,
        measured_days.metric_kind,
        int_use_day.dataset_id,
        sum(
            case measured_days.metric_kind
                when 'pages' then int_use_day.page_client_days
                else int_use_day.client_days
            end
        ) as log_count
    from int_use_day
    inner join spans
        on spans.dataset_id = int_use_day.dataset_id
        and spans.from_date <= int_use_day.day
        and spans.to_date > int_use_day.day
    inner join measured_days
        on measured_days.metric_kind = spans.metric_kind
        and measured_days.host_set = spans.host_set
        and measured_days.day = int_use_day.day
        and measured_days.first_day >= spans.from_date
        and measured_days.last_day < spans.to_date
    where
        case spans.metric_kind
            when 'pages' then int_use_day.is_page_measured
            else int_use_day.is_measured
        end
    group by measured_days.source, measured_days.metric_kind, int_use_day.dataset_id
),

counts as (
    select
        fct_dataset_period.source,
        fct_dataset_period.metric_kind,
        fct_dataset_period.dataset_id,
        fct_dataset_period.is_reading,
        fct_dataset_period.period_start,
        fct_dataset_period.period_end,
        fct_dataset_period.value_low,
        coalesce(fct_dataset_period.value_high, fct_dataset_period.value_low) as value_high,
        spans.host_set,
        spans.from_date,
        spans.to_date
    from fct_dataset_period
    inner join spans
        on spans.dataset_id = fct_dataset_period.dataset_id
        and spans.metric_kind = fct_dataset_period.metric_kind
        and spans.from_date <= fct_dataset_period.period_start
        and spans.to_date >= fct_dataset_period.period_end
    where
        fct_dataset_period.usage_kind
            = case fct_dataset_period.metric_kind
                when 'files' then 'request'
                else 'investigation'
            end
),

compared as (
    select
        counts.source,
        counts.metric_kind,
        counts.dataset_id,
        counts.value_low,
        counts.value_high
    from counts
    inner join measured
        on measured.source = counts.source
        and measured.metric_kind = counts.metric_kind
        and measured.host_set = counts.host_set
        and measured.period_start = counts.period_start
        and measured.period_end = counts.period_end
        and measured.last_day < counts.to_date
    where not counts.is_reading and not measured.is_reading

    union all

    -- A slow reading takes days, so a dataset's own lies within it.
    select
        counts.source,
        counts.metric_kind,
        counts.dataset_id,
        counts.value_low,
        counts.value_high
    from counts
    inner join measured
        on measured.source = counts.source
        and measured.metric_kind = counts.metric_kind
        and measured.host_set = counts.host_set
        and measured.period_start <= counts.period_start
        and measured.period_end >= counts.period_end
        and measured.first_day >= counts.from_date
        and measured.last_day < counts.to_date
    where counts.is_reading and measured.is_reading
),

source_counts as (
    select
        source,
        metric_kind,
        dataset_id,
        sum(value_low) as source_low,
        sum(value_high) as source_high
    from compared
    group by source, metric_kind, dataset_id
)

select
    log_counts.source,
    log_counts.metric_kind,
    log_counts.dataset_id,
    cast(log_counts.log_count as bigint) as log_count,
    cast(coalesce(source_counts.source_low, 0) as bigint) as source_low,
    cast(coalesce(source_counts.source_high, 0) as bigint) as source_high
from log_counts
left join source_counts
    on source_counts.source = log_counts.source
    and source_counts.metric_kind = log_counts.metric_kind
    and source_counts.dataset_id = log_counts.dataset_id
where log_counts.log_count > 0
