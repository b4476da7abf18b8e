-- Use of a dataset on a day by access method: only days with something in them. Own staff and
-- robots are in no figure. Which days without a row were measured, int_host_day tells.
--
-- grain: dataset_id, day, access_method
-- incremental: day
--
-- dataset_id               see dim_dataset
-- day                      UTC day
-- access_method            Regular (browsers and the like) or Machine (scripts, desktop GIS)
-- total_investigations     COUNTER Total_Dataset_Investigations: all clicks, requests included
-- unique_investigations    COUNTER Unique_Dataset_Investigations: sessions with any click
-- total_requests           COUNTER Total_Dataset_Requests: retrievals of data
-- unique_requests          COUNTER Unique_Dataset_Requests: sessions with a request
-- client_days              distinct clients with a request: what the verdict counts
-- page_client_days         distinct clients that looked at information about the dataset
-- search_client_days       those of them that came from a search engine
-- error_client_days        distinct clients that got an error (404, 410, 5xx) for its data
-- late_error_client_days   those of them whose last error came after the day's last request
-- response_bytes           bytes sent for requests
-- busiest_client_requests  most requests of one client; not published

with

sessions as (
    select
        int_session.dataset_id,
        int_session.day,
        int_session.client_key,
        int_session.visitor_kind,
        int_session.request_count,
        int_session.investigation_count,
        int_session.search_count,
        int_session.last_request_at,
        int_session.response_bytes
    from int_session
    inner join build_day on build_day.day = int_session.day
    where int_session.visitor_kind in ('regular', 'machine')
),

clients as (
    select
        dataset_id,
        day,
        visitor_kind,
        client_key,
        count(*) as session_count,
        count(*) filter (where request_count > 0) as request_session_count,
        sum(request_count) as request_count,
        sum(investigation_count) as investigation_count,
        sum(search_count) as search_count,
        max(last_request_at) as last_request_at,
        sum(response_bytes) as response_bytes
    from sessions
    group by dataset_id, day, visitor_kind, client_key
),

used as (
    select
        dataset_id,
        day,
        visitor_kind,
        cast(sum(request_count + investigation_count) as bigint) as total_investigations,
        cast(sum(session_count) as bigint) as unique_investigations,
        cast(sum(request_count) as bigint) as total_requests,
        cast(sum(request_session_count) as bigint) as unique_requests,
        count(*) filter (where request_count > 0) as client_days,
        count(*) filter (where investigation_count > 0) as page_client_days,
        count(*) filter (where search_count > 0) as search_client_days,
        cast(sum(response_bytes) as bigint) as response_bytes,
        cast(max(request_count) as bigint) as busiest_client_requests
    from clients
    group by dataset_id, day, visitor_kind
),

errors as (
    select
        int_error.dataset_id,
        int_error.day,
        int_error.visitor_kind,
        int_error.client_key,
        max(int_error.last_error_at) as last_error_at
    from int_error
    inner join build_day on build_day.day = int_error.day
    where int_error.visitor_kind in ('regular', 'machine')
    group by
        int_error.dataset_id,
        int_error.day,
        int_error.visitor_kind,
        int_error.client_key
),

last_requests as (
    select clients.dataset_id, clients.day, max(clients.last_request_at) as last_request_at
    from clients
    inner join (select distinct dataset_id, day from errors) as error_days
        on error_days.dataset_id = clients.dataset_id
        and error_days.day = clients.day
    group by clients.dataset_id, clients.day
),

failed as (
    select
        errors.dataset_id,
        errors.day,
        errors.visitor_kind,
        count(*) as error_client_days,
        count(*) filter (
            where last_requests.last_request_at is null
                or errors.last_error_at > last_requests.last_request_at
        ) as late_error_client_days
    from errors
    left join last_requests
        on last_requests.dataset_id = errors.dataset_id
        and last_requests.day = errors.day
    group by errors.dataset_id, errors.day, errors.visitor_kind
)

select
    coalesce(used.dataset_id, failed.dataset_id) as dataset_id,
    coalesce(used.day, failed.day) as day,
    case coalesce(used.visitor_kind, failed.visitor_kind)
        when 'machine' then 'Machine'
        else 'Regular'
    end as access_method,
    coalesce(used.total_investigations, 0) as total_investigations,
    coalesce(used.unique_investigations, 0) as unique_investigations,
    coalesce(used.total_requests, 0) as total_requests,
    coalesce(used.unique_requests, 0) as unique_requests,
    coalesce(used.client_days, 0) as client_days,
    coalesce(used.page_client_days, 0) as page_client_days,
    coalesce(used.search_client_days, 0) as search_client_days,
    coalesce(failed.error_client_days, 0) as error_client_days,
    coalesce(failed.late_error_client_days, 0) as late_error_client_days,
    coalesce(used.response_bytes, 0) as response_bytes,
    coalesce(used.busiest_client_requests, 0) as busiest_client_requests
from used
full outer join failed
    on failed.dataset_id = used.dataset_id
    and failed.day = used.day
    and failed.visitor_kind = used.visitor_kind
