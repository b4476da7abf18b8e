-- What could be seen of a set of hosts up to each day, added up from the first one: the days of
-- any period are then the difference of two rows, whatever the number of datasets and windows.
--
-- grain: host_set, day
--
-- host_set            see int_host_set
-- day                 UTC day, from first_date to as_of_date; counts include it
-- known_days          days on which anything is known of its hosts
-- measured_days       days on which all of its hosts were measured
-- seen_days           days on which one was measured, or may have proven use
-- redirect_days       seen days on which only the portal's redirects could prove use
-- cached_days         days not measured, with a host that is only seen behind a cache
-- unseen_days         other days not measured, with a host that has no log
-- last_measured_date  last of the measured days, UTC; null: none

with

flags as (
    select
        host_set,
        day,
        case when is_measured then 1 else 0 end as is_measured,
        case when is_seen then 1 else 0 end as is_seen,
        case when is_seen and is_redirect_only then 1 else 0 end as is_redirect,
        case when not is_measured and has_cached_host then 1 else 0 end as is_cached,
        case when not is_measured and not has_cached_host and has_unseen_host then 1 else 0 end
            as is_unseen
    from int_host_set_day
)

select
    host_set,
    day,
    row_number() over (partition by host_set order by day) as known_days,
    cast(sum(is_measured) over (
        partition by host_set order by day rows between unbounded preceding and current row
    ) as bigint) as measured_days,
    cast(sum(is_seen) over (
        partition by host_set order by day rows between unbounded preceding and current row
    ) as bigint) as seen_days,
    cast(sum(is_redirect) over (
        partition by host_set order by day rows between unbounded preceding and current row
    ) as bigint) as redirect_days,
    cast(sum(is_cached) over (
        partition by host_set order by day rows between unbounded preceding and current row
    ) as bigint) as cached_days,
    cast(sum(is_unseen) over (
        partition by host_set order by day rows between unbounded preceding and current row
    ) as bigint) as unseen_days,
    max(case when is_measured = 1 then day end) over (
        partition by host_set order by day rows between unbounded preceding and current row
    ) as last_measured_date
from flags
