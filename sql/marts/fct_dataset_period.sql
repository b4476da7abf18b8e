-- What tools and counters know of the use of a dataset in a period, by source: only periods with
-- something in them, and those in which something may be. What is absent is zero where
-- fct_count_day says that the day is known. Sources count the same visitors: never add them.
--
-- The use in client-days lies between two ends. A client may take several addresses of a dataset,
-- or meet one of them under several names, so the largest count that the tool gives is the least,
-- and the sum over all is the most. Where a tool counts events, which one client may make many of,
-- the least is 1.
--
-- A file that gives the downloads of a dataset by its name has them at the address of its page. Of
-- a service tools count who follows its link, which leads to what it has and not to its data.
--
-- grain: source, metric_kind, dataset_id, usage_kind, period_start, period_end
--
-- source         name of the source
-- metric_kind    pages (visits of pages) or files (files taken and links followed)
-- dataset_id     see dim_dataset
-- usage_kind     request, or investigation (of pages always; of files where they are documents)
-- period_start   first day, in the tool's own zone; of a counter the UTC day of a reading
-- period_end     last day; of a counter the day of the next reading, which the next period shares
-- is_reading     it lies between two readings of a counter
-- unit           client_days or events
-- value_low      least use
-- value_high     most use; null: open
-- is_low_known   it was at least value_low
-- is_high_known  it was at most value_high
-- is_final       the tool will change it no more

with

counts as (
    select
        stg_usage_count.source,
        int_count_period.metric_kind,
        stg_url_target.dataset_id,
        case
            when int_count_period.metric_kind = 'pages' then 'investigation'
            when stg_url_target.rule in ('dataset_page', 'service_call', 'layer_name')
                then 'request'
            else stg_url_target.usage_kind
        end as usage_kind,
        int_count_period.period_start,
        int_count_period.period_end,
        max(stg_usage_count.unit) as unit,
        max(
            case stg_usage_count.unit when 'events' then 1 else stg_usage_count.largest_row end
        ) as value_low,
        cast(sum(stg_usage_count.value) as bigint) as value_sum,
        bool_and(int_count_period.is_whole) as is_whole,
        bool_and(int_count_period.is_final) as is_final
    from stg_usage_count
    inner join int_count_period
        on int_count_period.unit_id = stg_usage_count.unit_id
        and int_count_period.source = stg_usage_count.source
        and int_count_period.metric = stg_usage_count.metric
        and int_count_period.period_start = stg_usage_count.period_start
        and int_count_period.period_end = stg_usage_count.period_end
    inner join stg_url_target on stg_url_target.url_id = stg_usage_count.url_id
    where
        stg_usage_count.value > 0
        and stg_url_target.dataset_id <> ''
        and stg_url_target.usage_kind in ('request', 'investigation')
    group by
        stg_usage_count.source,
        int_count_period.metric_kind,
        stg_url_target.dataset_id,
        case
            when int_count_period.metric_kind = 'pages' then 'investigation'
            when stg_url_target.rule in ('dataset_page', 'service_call', 'layer_name')
                then 'request'
            else stg_url_target.usage_kind
        end,
        int_count_period.period_start,
        int_count_period.period_end
)

select
    source,
    metric_kind,
    dataset_id,
    usage_kind,
    period_start,
    period_end,
    false as is_reading,
    unit,
    value_low,
    case when is_whole then value_sum end as value_high,
    value_low > 0 as is_low_known,
    is_whole as is_high_known,
    is_final
from counts

union all

select
    source,
    metric_kind,
    dataset_id,
    usage_kind,
    period_start,
    period_end,
    true as is_reading,
    unit,
    value_low,
    value_high,
    value_low > 0 as is_low_known,
    value_high is not null as is_high_known,
    true as is_final
from int_counter_span
