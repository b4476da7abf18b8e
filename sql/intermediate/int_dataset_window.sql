-- What the verdict on a dataset rests on: uses and exposure of the 365 days to as_of_date, and
-- of the 365 days before. Only datasets that are in the catalogue at the end of as_of_date.
--
-- grain: dataset_id
--
-- dataset_id           see dim_dataset
-- live_days            days in the catalogue
-- data_days            days with a data link
-- measured_days        days on which all hosts of its data were measured (e)
-- seen_days            days on which one of them was measured, or may have proven use (e_seen)
-- redirect_days        seen days on which only the portal's redirects could prove use
-- cached_days          days lost because a host is only seen behind a cache
-- unseen_days          days lost because a host has no log
-- new_days             days lost because it was not in the catalogue yet
-- page_days            days on which the host of its page was measured
-- uses                 client-days with a request on measured days (k)
-- seen_uses            client-days with a request on seen days (k_seen)
-- all_uses             client-days with a request on any day
-- most_clients         most clients with a request on one day
-- page_client_days     client-days that looked at information about it, on any day
-- page_uses            those of them on days on which the host of its page was measured
-- search_client_days   those of them that came from a search engine, on any day
-- portal_search_days   client-days from search engines at all datasets on the same portal
-- robot_client_days    robots with a request
-- earlier_seen_days    seen days of the year before
-- earlier_uses         client-days with a request on them
-- last_measured_date   last of the measured days, UTC; null: none

with

exposures as (
    select
        dataset_id,
        sum(case when window_number = 0 then live_days else 0 end) as live_days,
        sum(case when window_number = 0 then data_days else 0 end) as data_days,
        sum(case when window_number = 0 then measured_days else 0 end) as measured_days,
        sum(case when window_number = 0 then seen_days else 0 end) as seen_days,
        sum(case when window_number = 0 then redirect_days else 0 end) as redirect_days,
        sum(case when window_number = 0 then cached_days else 0 end) as cached_days,
        sum(case when window_number = 0 then unseen_days else 0 end) as unseen_days,
        sum(case when window_number = 0 then page_days else 0 end) as page_days,
        sum(case when window_number = 1 then seen_days else 0 end) as earlier_seen_days,
        max(case when window_number = 0 then last_measured_date end) as last_measured_date
    from int_exposure
    group by dataset_id
),

uses as (
    select
        dataset_id,
        sum(case when window_number = 0 and is_measured then client_days else 0 end) as uses,
        sum(case when window_number = 0 and is_seen then client_days else 0 end) as seen_uses,
        sum(case when window_number = 0 then client_days else 0 end) as all_uses,
        max(case when window_number = 0 then client_days else 0 end) as most_clients,
        sum(case when window_number = 0 then page_client_days else 0 end) as page_client_days,
        sum(
            case when window_number = 0 and is_page_measured then page_client_days else 0 end
        ) as page_uses,
        sum(case when window_number = 0 then search_client_days else 0 end)
            as search_client_days,
        sum(case when window_number = 1 and is_seen then client_days else 0 end) as earlier_uses
    from int_use_day
    group by dataset_id
),

portals as (
    select int_dataset_span.dataset_id, int_dataset_span.portal_host
    from int_dataset_span
    cross join build_setting
    where
        int_dataset_span.from_date <= build_setting.as_of_date
        and int_dataset_span.to_date > build_setting.as_of_date
),

portal_searches as (
    select portals.portal_host, sum(uses.search_client_days) as search_client_days
    from uses
    inner join portals on portals.dataset_id = uses.dataset_id
    group by portals.portal_host
),

robots as (
    select int_robot_day.dataset_id, sum(int_robot_day.robot_client_days) as robot_client_days
    from int_robot_day
    inner join dim_date on dim_date.day = int_robot_day.day
    where dim_date.days_before < 365
    group by int_robot_day.dataset_id
)

select
    dim_dataset.dataset_id,
    cast(exposures.live_days as bigint) as live_days,
    cast(exposures.data_days as bigint) as data_days,
    cast(exposures.measured_days as bigint) as measured_days,
    cast(exposures.seen_days as bigint) as seen_days,
    cast(exposures.redirect_days as bigint) as redirect_days,
    cast(exposures.cached_days as bigint) as cached_days,
    cast(exposures.unseen_days as bigint) as unseen_days,
    case
        when dim_dataset.first_live_date
            > cast(build_setting.as_of_date - interval '364' day as date)
            then date_diff(
                'day',
                cast(build_setting.as_of_date - interval '364' day as date),
                dim_dataset.first_live_date
            )
        else 0
    end as new_days,
    cast(exposures.page_days as bigint) as page_days,
    cast(coalesce(uses.uses, 0) as bigint) as uses,
    cast(coalesce(uses.seen_uses, 0) as bigint) as seen_uses,
    cast(coalesce(uses.all_uses, 0) as bigint) as all_uses,
    cast(coalesce(uses.most_clients, 0) as bigint) as most_clients,
    cast(coalesce(uses.page_client_days, 0) as bigint) as page_client_days,
    cast(coalesce(uses.page_uses, 0) as bigint) as page_uses,
    cast(coalesce(uses.search_client_days, 0) as bigint) as search_client_days,
    cast(coalesce(portal_searches.search_client_days, 0) as bigint) as portal_search_days,
    cast(coalesce(robots.robot_client_days, 0) as bigint) as robot_client_days,
    cast(exposures.earlier_seen_days as bigint) as earlier_seen_days,
    cast(coalesce(uses.earlier_uses, 0) as bigint) as earlier_uses,
    exposures.last_measured_date
from dim_dataset
inner join exposures on exposures.dataset_id = dim_dataset.dataset_id
cross join build_setting
left join uses on uses.dataset_id = dim_dataset.dataset_id
left join portals on portals.dataset_id = dim_dataset.dataset_id
left join portal_searches on portal_searches.portal_host = portals.portal_host
left join robots on robots.dataset_id = dim_dataset.dataset_id
where dim_dataset.is_live
