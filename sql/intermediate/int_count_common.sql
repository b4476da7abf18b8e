-- What a log and a source of counts say of the same datasets on the same days: those on which the
-- log measured all of the dataset's data (of visits: its page) and the source is known. The log's
-- side has machines and hot links, which no tag on a page sees.
--
-- A period of the source is taken where the log measured all of its days and the dataset's hosts
-- stayed the same; a counter's reading is taken for one in the morning, before the day's use. The
-- log's uses are those of every common day, so that the source looks rather too blind than too good
-- where periods are long and a log has gaps.
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

log_counts as (
    select
        fct_count_day.source,
        fct_count_day.metric_kind,
        int_use_day.dataset_id,
        sum(
            case fct_count_day.metric_kind
                when 'pages' then int_use_day.page_client_days
                else int_use_day.client_days
            end
        ) as log_count
    from int_use_day
    inner join fct_count_day on fct_count_day.day = int_use_day.day
    where
        fct_count_day.is_known
        and fct_count_day.metric_kind <> 'referrals'
        and case fct_count_day.metric_kind
            when 'pages' then int_use_day.is_page_measured
            else int_use_day.is_measured
        end
    group by fct_count_day.source, fct_count_day.metric_kind, int_use_day.dataset_id
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

counts as (
    select
        source,
        metric_kind,
        dataset_id,
        period_start,
        cast(period_start - interval '1' day as date) as day_before,
        case when is_reading then cast(period_end - interval '1' day as date) else period_end end
            as last_day,
        value_low,
        coalesce(value_high, value_low) as value_high
    from fct_dataset_period
    where
        is_final
        and (is_high_known or is_reading)
        and usage_kind = case metric_kind when 'files' then 'request' else 'investigation' end
),

source_counts as (
    select
        counts.source,
        counts.metric_kind,
        counts.dataset_id,
        sum(counts.value_low) as source_low,
        sum(counts.value_high) as source_high
    from counts
    inner join spans
        on spans.dataset_id = counts.dataset_id
        and spans.metric_kind = counts.metric_kind
        and spans.from_date <= counts.period_start
        and spans.to_date > counts.last_day
    inner join int_host_set_total as totals
        on totals.host_set = spans.host_set
        and totals.day = counts.last_day
    left join int_host_set_total as earlier
        on earlier.host_set = spans.host_set
        and earlier.day = counts.day_before
    where
        totals.measured_days - coalesce(earlier.measured_days, 0)
            = date_diff('day', counts.day_before, counts.last_day)
    group by counts.source, counts.metric_kind, counts.dataset_id
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
