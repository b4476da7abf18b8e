-- What could be seen of a set of hosts on each day.
--
-- grain: host_set, day
--
-- host_set          see int_dataset_span
-- day               UTC day, from first_date to as_of_date
-- is_measured       all of its hosts were measured
-- is_seen           at least one was measured, or may have proven use
-- is_redirect_only  none has a log: only the portal's redirects could prove use
-- has_cached_host   one of its hosts is only seen behind a cache
-- has_unseen_host   one of its hosts has no log, or gives data that is not credited to a dataset

with

parts as (
    select
        int_host_set.host_set,
        int_host_day.day,
        int_host_day.is_measured
            and int_host_set.channel not in ('uncredited', 'unreached')
            and int_datastore_day.host is null as is_measured,
        (int_host_day.is_measured or int_host_day.is_proving)
            and int_host_set.channel <> 'unreached' as is_seen,
        int_host_day.coverage = 'redirects' as is_redirecting,
        int_host_day.coverage in ('no_log', 'redirects') as is_unlogged,
        int_host_day.coverage = 'behind_cache' as is_cached,
        int_host_day.coverage in ('no_log', 'redirects')
            or int_host_set.channel = 'uncredited'
            or int_datastore_day.host is not null as is_unseen
    from int_host_set
    inner join int_host_day on int_host_day.host = int_host_set.host
    left join int_datastore_day
        on int_host_set.channel = 'datastore'
        and int_datastore_day.host = int_host_set.host
        and int_datastore_day.day = int_host_day.day
)

select
    host_set,
    day,
    bool_and(is_measured) as is_measured,
    bool_or(is_seen) as is_seen,
    bool_and(is_unlogged) and bool_or(is_redirecting) as is_redirect_only,
    bool_or(is_cached) as has_cached_host,
    bool_or(is_unseen) as has_unseen_host
from parts
group by host_set, day
