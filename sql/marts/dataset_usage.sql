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
        int_exposure.dataset_id,
        'trailing_year' as period,
        sum(int_exposure.live_days) as live_days,
        sum(int_exposure.measured_days) as measured_days,
        sum(int_exposure.seen_days) as seen_days
    from int_exposure
    where int_exposure.window_number = 0
    group by int_exposure.dataset_id

    union all

    select
        int_exposure.dataset_id,
        quarters.quarter_label as period,
        sum(int_exposure.live_days) as live_days,
        sum(int_exposure.measured_days) as measured_days,
        sum(int_exposure.seen_days) as seen_days
    from int_exposure
    inner join (
        select distinct quarter_start_date, quarter_label
        from dim_date
    ) as quarters on quarters.quarter_start_date = int_exposure.quarter_start_date
    group by int_exposure.dataset_id, quarters.quarter_label
),

days as (
    select
        int_use_day.dataset_id,
        dim_date.quarter_label as period,
        int_use_day.window_number,
        int_use_day.day,
        int_use_day.is_measured,
        int_use_day.is_seen,
        int_use_day.client_days,
        int_use_day.total_requests,
        int_use_day.unique_requests,
        int_use_day.total_investigations,
        int_use_day.unique_investigations,
        int_use_day.page_client_days,
        int_use_day.search_client_days,
        int_use_day.error_client_days,
        int_use_day.response_bytes,
        0 as robot_client_days
    from int_use_day
    inner join dim_date on dim_date.day = int_use_day.day

    union all

    select
        int_robot_day.dataset_id,
        dim_date.quarter_label as period,
        case when dim_date.days_before < 365 then 0 else 1 end as window_number,
        int_robot_day.day,
        false as is_measured,
        false as is_seen,
        0 as client_days,
        0 as total_requests,
        0 as unique_requests,
        0 as total_investigations,
        0 as unique_investigations,
        0 as page_client_days,
        0 as search_client_days,
        0 as error_client_days,
        0 as response_bytes,
        int_robot_day.robot_client_days
    from int_robot_day
    inner join dim_date on dim_date.day = int_robot_day.day
),

counted as (
    select
        dataset_id,
        period,
        window_number,
        sum(case when is_measured then client_days else 0 end) as uses,
        sum(case when is_seen then client_days else 0 end) as seen_uses,
        sum(client_days) as all_uses,
        sum(total_requests) as total_requests,
        sum(unique_requests) as unique_requests,
        sum(total_investigations) as total_investigations,
        sum(unique_investigations) as unique_investigations,
        sum(page_client_days) as page_client_days,
        sum(search_client_days) as search_client_days,
        sum(error_client_days) as error_client_days,
        sum(robot_client_days) as robot_client_days,
        sum(response_bytes) as response_bytes,
        max(case when client_days > 0 then day end) as last_request_date
    from days
    group by dataset_id, period, window_number
),

labelled as (
    select
        dataset_id,
        'trailing_year' as period,
        uses,
        seen_uses,
        all_uses,
        total_requests,
        unique_requests,
        total_investigations,
        unique_investigations,
        page_client_days,
        search_client_days,
        error_client_days,
        robot_client_days,
        response_bytes,
        last_request_date
    from counted
    where window_number = 0

    union all

    select
        dataset_id,
        period,
        uses,
        seen_uses,
        all_uses,
        total_requests,
        unique_requests,
        total_investigations,
        unique_investigations,
        page_client_days,
        search_client_days,
        error_client_days,
        robot_client_days,
        response_bytes,
        last_request_date
    from counted
),

summed as (
    select
        dataset_id,
        period,
        sum(uses) as uses,
        sum(seen_uses) as seen_uses,
        sum(all_uses) as all_uses,
        sum(total_requests) as total_requests,
        sum(unique_requests) as unique_requests,
        sum(total_investigations) as total_investigations,
        sum(unique_investigations) as unique_investigations,
        sum(page_client_days) as page_client_days,
        sum(search_client_days) as search_client_days,
        sum(error_client_days) as error_client_days,
        sum(robot_client_days) as robot_client_days,
        sum(response_bytes) as response_bytes,
        max(last_request_date) as last_request_date
    from labelled
    group by dataset_id, period
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
