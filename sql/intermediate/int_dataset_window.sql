-- What the verdict on a dataset rests on: its exposure and its uses in each window. A quarter's
-- window has the datasets that were in the catalogue at the quarter's end; the current window and
-- the earlier one have those that are in it at the end of as_of_date.
--
-- grain: dataset_id, window_label
--
-- dataset_id           see dim_dataset
-- window_label         see build_window
-- live_days            days in the catalogue
-- data_days            days with a data link
-- measured_days        days on which all hosts of its data were measured (e)
-- seen_days            days on which one of them was measured, or may have proven use (e_seen)
-- redirect_days        seen days on which only the portal's redirects could prove use
-- cached_days          days lost because a host is only seen behind a cache
-- unseen_days          days lost because a host has no log
-- new_days             days lost because it was not in the catalogue yet
-- page_link_days       days on which the host of its page is known
-- page_days            days on which that host was measured
-- page_seen_days       days on which it was measured, or may have proven visits
-- page_cached_days     days on which it was only seen behind a cache
-- page_unseen_days     days on which it had no log
-- uses                 client-days with a request on measured days (k)
-- seen_uses            client-days with a request on seen days (k_seen)
-- all_uses             client-days with a request on any day
-- machine_uses         those of the uses that are machines'
-- machine_seen_uses    the same on seen days
-- machine_all_uses     the same on any day
-- suspected_uses       suspected robots with a request on measured days, not among the uses
-- suspected_seen_uses  the same on seen days
-- suspected_all_uses   the same on any day
-- staff_uses           own staff with a request on measured days, not among the uses
-- staff_seen_uses      the same on seen days
-- staff_all_uses       the same on any day
-- robot_client_days    robots with a request, not among the uses
-- most_clients         most clients with a request on one day
-- total_requests       requests on any day
-- busiest_requests     most of them by one client on one day
-- page_uses            client-days that looked at information about it while the host of its page
--     was measured
-- page_seen_uses       the same while it may have proven visits
-- page_client_days     the same on any day
-- search_client_days   those of them that came from a search engine
-- portal_search_days   client-days from search engines at all datasets on the same portal
-- last_measured_date   last of the measured days, UTC; null: none

with

windows as (
    select
        build_window.window_label,
        build_window.start_date,
        build_window.end_date,
        case
            when build_window.window_kind = 'earlier' then build_setting.as_of_date
            else build_window.end_date
        end as judged_date
    from build_window
    cross join build_setting
),

segments as (
    select distinct windows.window_label, int_segment.segment_date
    from windows
    inner join int_segment
        on int_segment.segment_date >= windows.start_date
        and int_segment.segment_date <= windows.end_date
),

uses as (
    select
        int_use_total.dataset_id,
        segments.window_label,
        sum(int_use_total.uses) as uses,
        sum(int_use_total.seen_uses) as seen_uses,
        sum(int_use_total.all_uses) as all_uses,
        sum(int_use_total.machine_uses) as machine_uses,
        sum(int_use_total.machine_seen_uses) as machine_seen_uses,
        sum(int_use_total.machine_all_uses) as machine_all_uses,
        sum(int_use_total.suspected_uses) as suspected_uses,
        sum(int_use_total.suspected_seen_uses) as suspected_seen_uses,
        sum(int_use_total.suspected_all_uses) as suspected_all_uses,
        sum(int_use_total.staff_uses) as staff_uses,
        sum(int_use_total.staff_seen_uses) as staff_seen_uses,
        sum(int_use_total.staff_all_uses) as staff_all_uses,
        sum(int_use_total.robot_client_days) as robot_client_days,
        max(int_use_total.most_clients) as most_clients,
        sum(int_use_total.total_requests) as total_requests,
        max(int_use_total.busiest_requests) as busiest_requests,
        sum(int_use_total.page_uses) as page_uses,
        sum(int_use_total.page_seen_uses) as page_seen_uses,
        sum(int_use_total.page_client_days) as page_client_days,
        sum(int_use_total.search_client_days) as search_client_days
    from int_use_total
    inner join segments on segments.segment_date = int_use_total.segment_date
    group by int_use_total.dataset_id, segments.window_label
),

-- A dataset is in the catalogue at the end of a day by one span at most.
members as (
    select
        int_dataset_span.dataset_id,
        int_dataset_span.portal_host,
        windows.window_label,
        windows.start_date
    from int_dataset_span
    inner join windows
        on int_dataset_span.from_date <= windows.judged_date
        and int_dataset_span.to_date > windows.judged_date
),

portal_searches as (
    select
        members.window_label,
        members.portal_host,
        sum(uses.search_client_days) as search_client_days
    from members
    inner join uses
        on uses.dataset_id = members.dataset_id
        and uses.window_label = members.window_label
    group by members.window_label, members.portal_host
)

select
    members.dataset_id,
    members.window_label,
    coalesce(int_exposure.live_days, 0) as live_days,
    coalesce(int_exposure.data_days, 0) as data_days,
    coalesce(int_exposure.measured_days, 0) as measured_days,
    coalesce(int_exposure.seen_days, 0) as seen_days,
    coalesce(int_exposure.redirect_days, 0) as redirect_days,
    coalesce(int_exposure.cached_days, 0) as cached_days,
    coalesce(int_exposure.unseen_days, 0) as unseen_days,
    case
        when dim_dataset.first_live_date > members.start_date
            then date_diff('day', members.start_date, dim_dataset.first_live_date)
        else 0
    end as new_days,
    coalesce(int_exposure.page_link_days, 0) as page_link_days,
    coalesce(int_exposure.page_days, 0) as page_days,
    coalesce(int_exposure.page_seen_days, 0) as page_seen_days,
    coalesce(int_exposure.page_cached_days, 0) as page_cached_days,
    coalesce(int_exposure.page_unseen_days, 0) as page_unseen_days,
    cast(coalesce(uses.uses, 0) as bigint) as uses,
    cast(coalesce(uses.seen_uses, 0) as bigint) as seen_uses,
    cast(coalesce(uses.all_uses, 0) as bigint) as all_uses,
    cast(coalesce(uses.machine_uses, 0) as bigint) as machine_uses,
    cast(coalesce(uses.machine_seen_uses, 0) as bigint) as machine_seen_uses,
    cast(coalesce(uses.machine_all_uses, 0) as bigint) as machine_all_uses,
    cast(coalesce(uses.suspected_uses, 0) as bigint) as suspected_uses,
    cast(coalesce(uses.suspected_seen_uses, 0) as bigint) as suspected_seen_uses,
    cast(coalesce(uses.suspected_all_uses, 0) as bigint) as suspected_all_uses,
    cast(coalesce(uses.staff_uses, 0) as bigint) as staff_uses,
    cast(coalesce(uses.staff_seen_uses, 0) as bigint) as staff_seen_uses,
    cast(coalesce(uses.staff_all_uses, 0) as bigint) as staff_all_uses,
    cast(coalesce(uses.robot_client_days, 0) as bigint) as robot_client_days,
    coalesce(uses.most_clients, 0) as most_clients,
    cast(coalesce(uses.total_requests, 0) as bigint) as total_requests,
    coalesce(uses.busiest_requests, 0) as busiest_requests,
    cast(coalesce(uses.page_uses, 0) as bigint) as page_uses,
    cast(coalesce(uses.page_seen_uses, 0) as bigint) as page_seen_uses,
    cast(coalesce(uses.page_client_days, 0) as bigint) as page_client_days,
    cast(coalesce(uses.search_client_days, 0) as bigint) as search_client_days,
    cast(coalesce(portal_searches.search_client_days, 0) as bigint) as portal_search_days,
    int_exposure.last_measured_date
from members
inner join dim_dataset on dim_dataset.dataset_id = members.dataset_id
left join int_exposure
    on int_exposure.dataset_id = members.dataset_id
    and int_exposure.period_kind = 'window'
    and int_exposure.period = members.window_label
left join uses
    on uses.dataset_id = members.dataset_id
    and uses.window_label = members.window_label
left join portal_searches
    on portal_searches.window_label = members.window_label
    and portal_searches.portal_host = members.portal_host
