-- Use of a dataset on a day, both access methods together, with whether the day was measured: a
-- rate may only count days that its exposure counts too.
--
-- grain: dataset_id, day
--
-- dataset_id             the dataset
-- day                    UTC day
-- quarter_start_date     first day of the quarter
-- window_number          see int_exposure
-- block_number           see int_exposure
-- is_live                the dataset was in the catalogue
-- is_measured            all hosts of its data were measured
-- is_seen                one of them was measured, or may have proven use
-- is_page_measured       the host of its page was measured
-- client_days            distinct clients with a request
-- total_requests         requests
-- unique_requests        sessions with a request
-- total_investigations   all clicks
-- unique_investigations  sessions with any click
-- page_client_days       distinct clients that looked at information about it
-- search_client_days     those of them that came from a search engine
-- error_client_days      distinct clients that got an error for its data
-- response_bytes         bytes sent for requests

with

uses as (
    select
        dataset_id,
        day,
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(total_requests) as bigint) as total_requests,
        cast(sum(unique_requests) as bigint) as unique_requests,
        cast(sum(total_investigations) as bigint) as total_investigations,
        cast(sum(unique_investigations) as bigint) as unique_investigations,
        cast(sum(page_client_days) as bigint) as page_client_days,
        cast(sum(search_client_days) as bigint) as search_client_days,
        cast(sum(error_client_days) as bigint) as error_client_days,
        cast(sum(response_bytes) as bigint) as response_bytes
    from fct_dataset_day
    group by dataset_id, day
)

select
    uses.dataset_id,
    uses.day,
    dim_date.quarter_start_date,
    cast(
        case
            when dim_date.days_before < 365 then 0
            when dim_date.days_before < 730 then 1
            else 2
        end as bigint
    ) as window_number,
    cast((dim_date.days_before - mod(dim_date.days_before, 28)) / 28 as bigint) as block_number,
    int_dataset_span.dataset_id is not null as is_live,
    coalesce(int_host_set_day.is_measured, false) as is_measured,
    coalesce(int_host_set_day.is_seen, false) as is_seen,
    coalesce(int_host_day.is_measured, false) as is_page_measured,
    uses.client_days,
    uses.total_requests,
    uses.unique_requests,
    uses.total_investigations,
    uses.unique_investigations,
    uses.page_client_days,
    uses.search_client_days,
    uses.error_client_days,
    uses.response_bytes
from uses
inner join dim_date on dim_date.day = uses.day
-- As in int_dataset_day, but only for the days with use.
left join int_dataset_span
    on int_dataset_span.dataset_id = uses.dataset_id
    and int_dataset_span.from_date <= uses.day
    and int_dataset_span.to_date > uses.day
left join int_host_set_day
    on int_host_set_day.host_set = int_dataset_span.host_set
    and int_host_set_day.day = uses.day
left join int_host_day
    on int_host_day.host = int_dataset_span.portal_host
    and int_host_day.day = uses.day
