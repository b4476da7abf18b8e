-- Use of a dataset by segment of days: windows and quarters are put together from it.
--
-- grain: dataset_id, segment_date
--
-- dataset_id             the dataset
-- segment_date           first day of the segment, UTC; see int_segment
-- uses                   client-days with a request on measured days
-- seen_uses              the same on seen days
-- all_uses               the same on any day
-- machine_uses           those of the uses that are machines'
-- machine_seen_uses      the same on seen days
-- machine_all_uses       the same on any day
-- suspected_uses         suspected robots with a request on measured days, not among the uses
-- suspected_seen_uses    the same on seen days
-- suspected_all_uses     the same on any day
-- staff_uses             own staff with a request on measured days, not among the uses
-- staff_seen_uses        the same on seen days
-- staff_all_uses         the same on any day
-- robot_client_days      robots with a request on any day, not among the uses
-- most_clients           most clients with a request on one day
-- page_uses              client-days that looked at information about it while the host of its
--     page was measured
-- page_seen_uses         the same while it may have proven visits
-- page_client_days       the same on any day
-- search_client_days     those of them that came from a search engine
-- total_requests         requests
-- unique_requests        sessions with a request
-- total_investigations   all clicks
-- unique_investigations  sessions with any click
-- error_client_days      client-days with an error for its data
-- response_bytes         bytes sent for requests
-- busiest_requests       most requests of one client on one day
-- last_request_date      last day with a request, UTC; null: none

select
    dataset_id,
    segment_date,
    cast(sum(case when is_measured then client_days else 0 end) as bigint) as uses,
    cast(sum(case when is_seen then client_days else 0 end) as bigint) as seen_uses,
    cast(sum(client_days) as bigint) as all_uses,
    cast(sum(case when is_measured then machine_client_days else 0 end) as bigint)
        as machine_uses,
    cast(sum(case when is_seen then machine_client_days else 0 end) as bigint)
        as machine_seen_uses,
    cast(sum(machine_client_days) as bigint) as machine_all_uses,
    cast(sum(case when is_measured then suspected_client_days else 0 end) as bigint)
        as suspected_uses,
    cast(sum(case when is_seen then suspected_client_days else 0 end) as bigint)
        as suspected_seen_uses,
    cast(sum(suspected_client_days) as bigint) as suspected_all_uses,
    cast(sum(case when is_measured then staff_client_days else 0 end) as bigint) as staff_uses,
    cast(sum(case when is_seen then staff_client_days else 0 end) as bigint) as staff_seen_uses,
    cast(sum(staff_client_days) as bigint) as staff_all_uses,
    cast(sum(robot_client_days) as bigint) as robot_client_days,
    max(client_days) as most_clients,
    cast(sum(case when is_page_measured then page_client_days else 0 end) as bigint)
        as page_uses,
    cast(sum(case when is_page_seen then page_client_days else 0 end) as bigint)
        as page_seen_uses,
    cast(sum(page_client_days) as bigint) as page_client_days,
    cast(sum(search_client_days) as bigint) as search_client_days,
    cast(sum(total_requests) as bigint) as total_requests,
    cast(sum(unique_requests) as bigint) as unique_requests,
    cast(sum(total_investigations) as bigint) as total_investigations,
    cast(sum(unique_investigations) as bigint) as unique_investigations,
    cast(sum(error_client_days) as bigint) as error_client_days,
    cast(sum(response_bytes) as bigint) as response_bytes,
    max(busiest_requests) as busiest_requests,
    max(case when client_days > 0 then day end) as last_request_date
from int_use_day
group by dataset_id, segment_date
