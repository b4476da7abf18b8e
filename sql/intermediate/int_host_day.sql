-- What could be seen of each host on each day. A host is measured on a day if the logs that
-- speak for it with authority saw the whole day: all of a replica group, of one group at least.
-- A log that stands behind a cache, or the portal's redirects to a host without a log, may prove
-- use but never its absence.
--
-- grain: host, day
--
-- host         a host that a log speaks for or that the catalogue's data is on
-- day          UTC day, from first_date to as_of_date
-- is_measured  true: use would have been seen
-- is_proving   true: use may have been seen
-- coverage     measured, gap (its logs do not cover the day), behind_cache, redirects, no_log
-- log          the log that speaks for it, the first by name of several; null: none
-- log_count    logs that speak for it with authority

with

host_logs as (
    select
        host,
        count(*) as log_count,
        min(log) as log,
        bool_or(is_judging) as is_judged
    from int_log_host
    where is_counted
    group by host
),

groups_seen as (
    select
        int_log_host.host,
        int_log_host.replica_group,
        int_log_host.is_judging,
        int_log_day.day,
        bool_and(int_log_day.is_continuous) as is_continuous
    from int_log_host
    inner join int_log_day on int_log_day.log = int_log_host.log
    where int_log_host.is_counted
    group by
        int_log_host.host,
        int_log_host.replica_group,
        int_log_host.is_judging,
        int_log_day.day
),

seen as (
    select
        host,
        day,
        bool_or(is_judging and is_continuous) as is_measured,
        bool_or(is_continuous) as is_proving
    from groups_seen
    group by host, day
),

link_hosts as (
    select distinct host
    from int_data_link
    where host is not null
),

hosts as (
    select host from host_logs
    union
    select host from link_hosts
),

-- The portal sends readers on to a host without a log: seen from the first time it did.
redirects as (
    select
        stg_resource.host,
        int_url.host as portal_host,
        min(int_url_day.day) as first_day
    from int_url_day
    inner join stg_url_target on stg_url_target.url_id = int_url_day.url_id
    inner join int_url on int_url.url_id = int_url_day.url_id
    inner join stg_resource on stg_resource.resource_id = stg_url_target.resource_id
    left join host_logs on host_logs.host = stg_resource.host
    where
        int_url_day.outcome = 'redirect'
        and stg_url_target.usage_kind = 'request'
        and stg_resource.host <> int_url.host
        and host_logs.host is null
    group by stg_resource.host, int_url.host
),

redirect_days as (
    select distinct redirects.host, seen.day
    from redirects
    inner join seen
        on seen.host = redirects.portal_host
        and seen.day >= redirects.first_day
    where seen.is_measured
),

joined as (
    select
        hosts.host,
        dim_date.day,
        coalesce(seen.is_measured, false) as is_measured,
        coalesce(seen.is_proving, false) or redirect_days.host is not null as is_proving,
        redirect_days.host is not null as is_redirecting,
        host_logs.is_judged,
        host_logs.log,
        coalesce(host_logs.log_count, 0) as log_count
    from hosts
    cross join dim_date
    left join host_logs on host_logs.host = hosts.host
    left join seen
        on seen.host = hosts.host
        and seen.day = dim_date.day
    left join redirect_days
        on redirect_days.host = hosts.host
        and redirect_days.day = dim_date.day
)

select
    host,
    day,
    is_measured,
    is_proving,
    case
        when is_measured then 'measured'
        when is_judged then 'gap'
        when log is not null then 'behind_cache'
        when is_redirecting then 'redirects'
        else 'no_log'
    end as coverage,
    log,
    log_count
from joined
