-- Use of a dataset on a day, both access methods together, and who else came, with whether the
-- day was measured: a rate may only count days that its exposure counts too. Clients that
-- were found after the hits of the day had gone are in it, as fct_late_day has them.
--
-- grain: dataset_id, day
--
-- dataset_id             the dataset
-- day                    UTC day
-- segment_date           see int_segment
-- is_live                the dataset was in the catalogue
-- is_measured            all hosts of its data were measured
-- is_seen                one of them was measured, or may have proven use
-- is_page_measured       the host of its page was measured
-- is_page_seen           it was measured, or may have proven visits
-- client_days            distinct clients with a request
-- machine_client_days    those of them that are machines
-- suspected_client_days  suspected robots with a request, counted apart
-- staff_client_days      own staff, contractors and monitors with a request, counted apart
-- robot_client_days      robots with a request, counted apart
-- total_requests         requests
-- unique_requests        sessions with a request
-- total_investigations   all clicks
-- unique_investigations  sessions with any click
-- page_client_days       distinct clients that looked at information about it
-- search_client_days     those of them that came from a search engine
-- error_client_days      distinct clients that got an error for its data
-- response_bytes         bytes sent for requests
-- busiest_requests       most requests of one client

with

-- What a day has besides regular clients: few rows, so that they alone need to be summed.
parts as (
    select
        dataset_id,
        day,
        client_days,
        client_days as machine_client_days,
        0 as suspected_client_days,
        0 as staff_client_days,
        0 as robot_client_days,
        total_requests,
        unique_requests,
        total_investigations,
        unique_investigations,
        page_client_days,
        search_client_days,
        error_client_days,
        response_bytes,
        busiest_client_requests as busiest_requests
    from fct_dataset_day
    where access_method <> 'Regular'

    union all

    -- What was found only after the hits of the day had gone counts for verdicts. Requests and
    -- sessions are COUNTER's and stay exact.
    select
        dataset_id,
        day,
        client_days,
        case when access_method = 'Machine' then client_days else 0 end as machine_client_days,
        0 as suspected_client_days,
        0 as staff_client_days,
        0 as robot_client_days,
        0 as total_requests,
        0 as unique_requests,
        0 as total_investigations,
        0 as unique_investigations,
        page_client_days,
        0 as search_client_days,
        0 as error_client_days,
        0 as response_bytes,
        0 as busiest_requests
    from fct_late_day

    union all

    select
        dataset_id,
        day,
        0 as client_days,
        0 as machine_client_days,
        case when visitor_kind = 'suspected_robot' then client_days else 0 end
            as suspected_client_days,
        case when visitor_kind = 'own' then client_days else 0 end as staff_client_days,
        case when visitor_kind = 'robot' then client_days else 0 end as robot_client_days,
        0 as total_requests,
        0 as unique_requests,
        0 as total_investigations,
        0 as unique_investigations,
        0 as page_client_days,
        0 as search_client_days,
        0 as error_client_days,
        0 as response_bytes,
        0 as busiest_requests
    from int_visitor_day
    where client_days > 0
),

others as (
    select
        dataset_id,
        day,
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(machine_client_days) as bigint) as machine_client_days,
        cast(sum(suspected_client_days) as bigint) as suspected_client_days,
        cast(sum(staff_client_days) as bigint) as staff_client_days,
        cast(sum(robot_client_days) as bigint) as robot_client_days,
        cast(sum(total_requests) as bigint) as total_requests,
        cast(sum(unique_requests) as bigint) as unique_requests,
        cast(sum(total_investigations) as bigint) as total_investigations,
        cast(sum(unique_investigations) as bigint) as unique_investigations,
        cast(sum(page_client_days) as bigint) as page_client_days,
        cast(sum(search_client_days) as bigint) as search_client_days,
        cast(sum(error_client_days) as bigint) as error_client_days,
        cast(sum(response_bytes) as bigint) as response_bytes,
        max(busiest_requests) as busiest_requests
    from parts
    group by dataset_id, day
),

regulars as (
    select
        dataset_id,
        day,
        client_days,
        total_requests,
        unique_requests,
        total_investigations,
        unique_investigations,
        page_client_days,
        search_client_days,
        error_client_days,
        response_bytes,
        busiest_client_requests as busiest_requests
    from fct_dataset_day
    where access_method = 'Regular'
),

uses as (
    select
        coalesce(regulars.dataset_id, others.dataset_id) as dataset_id,
        coalesce(regulars.day, others.day) as day,
        coalesce(regulars.client_days, 0) + coalesce(others.client_days, 0) as client_days,
        coalesce(others.machine_client_days, 0) as machine_client_days,
        coalesce(others.suspected_client_days, 0) as suspected_client_days,
        coalesce(others.staff_client_days, 0) as staff_client_days,
        coalesce(others.robot_client_days, 0) as robot_client_days,
        coalesce(regulars.total_requests, 0) + coalesce(others.total_requests, 0)
            as total_requests,
        coalesce(regulars.unique_requests, 0) + coalesce(others.unique_requests, 0)
            as unique_requests,
        coalesce(regulars.total_investigations, 0) + coalesce(others.total_investigations, 0)
            as total_investigations,
        coalesce(regulars.unique_investigations, 0) + coalesce(others.unique_investigations, 0)
            as unique_investigations,
        coalesce(regulars.page_client_days, 0) + coalesce(others.page_client_days, 0)
            as page_client_days,
        coalesce(regulars.search_client_days, 0) + coalesce(others.search_client_days, 0)
            as search_client_days,
        coalesce(regulars.error_client_days, 0) + coalesce(others.error_client_days, 0)
            as error_client_days,
        coalesce(regulars.response_bytes, 0) + coalesce(others.response_bytes, 0)
            as response_bytes,
        case
            when coalesce(regulars.busiest_requests >= others.busiest_requests, true)
                then coalesce(regulars.busiest_requests, others.busiest_requests)
            else others.busiest_requests
        end as busiest_requests
    from regulars
    full outer join others
        on others.dataset_id = regulars.dataset_id
        and others.day = regulars.day
)

select
    uses.dataset_id,
    uses.day,
    int_segment.segment_date,
    int_dataset_span.dataset_id is not null as is_live,
    coalesce(data_day.is_measured, false) as is_measured,
    coalesce(data_day.is_seen, false) as is_seen,
    coalesce(page_day.is_measured, false) as is_page_measured,
    coalesce(page_day.is_seen, false) as is_page_seen,
    uses.client_days,
    uses.machine_client_days,
    uses.suspected_client_days,
    uses.staff_client_days,
    uses.robot_client_days,
    uses.total_requests,
    uses.unique_requests,
    uses.total_investigations,
    uses.unique_investigations,
    uses.page_client_days,
    uses.search_client_days,
    uses.error_client_days,
    uses.response_bytes,
    uses.busiest_requests
from uses
inner join int_segment on int_segment.day = uses.day
-- As in int_dataset_day, but only for the days with use.
left join int_dataset_span
    on int_dataset_span.dataset_id = uses.dataset_id
    and int_dataset_span.from_date <= uses.day
    and int_dataset_span.to_date > uses.day
left join int_host_set_day as data_day
    on data_day.host_set = int_dataset_span.host_set
    and data_day.day = uses.day
left join int_host_set_day as page_day
    on page_day.host_set = int_dataset_span.portal_host
    and page_day.day = uses.day
