-- Use of every dataset in the trailing year and in each quarter, unused datasets included, and so
-- is use in a period in which the dataset was not in the catalogue.
--
-- grain: dataset_id, period
--
-- dataset_id             see dim_dataset
-- period                 trailing_year (365 days to as_of_date), or the quarter's label
-- start_date             first day of the period, UTC
-- end_date               last day of the period that is in the data, UTC
-- live_days              days of the period in the catalogue
-- measured_days          days on which all hosts of its data were measured
-- seen_days              days on which one of them was measured, or may have proven use
-- uses                   client-days with a request on measured days; null: no such day
-- seen_uses              client-days with a request on seen days; null: no such day
-- all_uses               client-days with a request on any day: a lower bound where not measured
-- total_requests         COUNTER Total_Dataset_Requests on any day
-- unique_requests        COUNTER Unique_Dataset_Requests on any day
-- total_investigations   COUNTER Total_Dataset_Investigations on any day
-- unique_investigations  COUNTER Unique_Dataset_Investigations on any day
-- page_client_days       client-days that looked at information about it
-- search_client_days     those of them that came from a search engine
-- error_client_days      client-days with an error for its data
-- robot_client_days      robots with a request, counted apart
-- response_bytes         bytes sent for requests
-- last_request_date      last day of the period with a request, UTC; null: none

with

periods as (
    select
        'trailing_year' as period,
        min(day) as start_date,
        max(day) as end_date
    from dim_date
    where days_before < 365

    union all

    select quarter_label as period, min(day) as start_date, max(day) as end_date
    from dim_date
    group by quarter_label
),

exposures as (
    select
        dataset_id,
        case period_kind when 'window' then 'trailing_year' else period end as period,
        live_days,
        measured_days,
        seen_days
    from int_exposure
    where period_kind = 'quarter' or period = 'current'
),

period_segments as (
    select distinct quarter_label as period, segment_date
    from int_segment

    union all

    select distinct 'trailing_year' as period, int_segment.segment_date
    from int_segment
    inner join build_window
        on build_window.window_kind = 'current'
        and build_window.start_date <= int_segment.segment_date
        and build_window.end_date >= int_segment.segment_date
),

summed as (
    select
        int_use_total.dataset_id,
        period_segments.period,
        sum(int_use_total.uses) as uses,
        sum(int_use_total.seen_uses) as seen_uses,
        sum(int_use_total.all_uses) as all_uses,
        sum(int_use_total.total_requests) as total_requests,
        sum(int_use_total.unique_requests) as unique_requests,
        sum(int_use_total.total_investigations) as total_investigations,
        sum(int_use_total.unique_investigations) as unique_investigations,
        sum(int_use_total.page_client_days) as page_client_days,
        sum(int_use_total.search_client_days) as search_client_days,
        sum(int_use_total.error_client_days) as error_client_days,
        sum(int_use_total.robot_client_days) as robot_client_days,
        sum(int_use_total.response_bytes) as response_bytes,
        max(int_use_total.last_request_date) as last_request_date
    from int_use_total
    inner join period_segments on period_segments.segment_date = int_use_total.segment_date
    group by int_use_total.dataset_id, period_segments.period
)

select
    coalesce(exposures.dataset_id, summed.dataset_id) as dataset_id,
    periods.period,
    periods.start_date,
    periods.end_date,
    cast(coalesce(exposures.live_days, 0) as bigint) as live_days,
    cast(coalesce(exposures.measured_days, 0) as bigint) as measured_days,
    cast(coalesce(exposures.seen_days, 0) as bigint) as seen_days,
    -- No use is a fact only where it would have been seen.
    case when exposures.measured_days > 0 then cast(coalesce(summed.uses, 0) as bigint) end
        as uses,
    case when exposures.seen_days > 0 then cast(coalesce(summed.seen_uses, 0) as bigint) end
        as seen_uses,
    cast(coalesce(summed.all_uses, 0) as bigint) as all_uses,
    cast(coalesce(summed.total_requests, 0) as bigint) as total_requests,
    cast(coalesce(summed.unique_requests, 0) as bigint) as unique_requests,
    cast(coalesce(summed.total_investigations, 0) as bigint) as total_investigations,
    cast(coalesce(summed.unique_investigations, 0) as bigint) as unique_investigations,
    cast(coalesce(summed.page_client_days, 0) as bigint) as page_client_days,
    cast(coalesce(summed.search_client_days, 0) as bigint) as search_client_days,
    cast(coalesce(summed.error_client_days, 0) as bigint) as error_client_days,
    cast(coalesce(summed.robot_client_days, 0) as bigint) as robot_client_days,
    cast(coalesce(summed.response_bytes, 0) as bigint) as response_bytes,
    summed.last_request_date
from exposures
full outer join summed
    on summed.dataset_id = exposures.dataset_id
    and summed.period = exposures.period
inner join periods on periods.period = coalesce(exposures.period, summed.period)
