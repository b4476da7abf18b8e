-- What could be seen of each host on each day. A host is measured on a day if on each of its
-- channels the logs in service that speak with authority saw the whole day: all of a replica
-- group, of one group at least. A log that stands behind a cache, or the portal's redirects to a
-- host without a log, may prove use but never its absence. Where the hits of a day are gone, only
-- the logs count that were known to speak for the host before.
--
-- grain: host, day
--
-- host         a host that a log speaks for or that the catalogue's data is on
-- day          UTC day, from first_date to as_of_date
-- is_measured  true: use would have been seen
-- is_proving   true: use may have been seen
-- coverage     measured, gap (its logs do not cover the day), behind_cache (so is a channel of it),
--     redirects, no_log
-- log          the log in service that speaks for it, the first by name of several; null: none
-- log_count    logs in service that speak for it with authority

with

groups_seen as (
    select
        int_log_host.host,
        int_log_host.channel,
        int_log_host.replica_group,
        int_log_host.is_judging,
        dim_date.day,
        min(int_log_host.log) as log,
        count(*) as log_count,
        bool_and(
            coalesce(int_log_day.is_continuous, false)
            and (
                stg_pruned_day.day is null
                or coalesce(int_log_host.known_at <= stg_pruned_day.pruned_at, false)
            )
        ) as is_continuous
    from int_log_host
    inner join dim_date
        on dim_date.day >= int_log_host.from_date
        and (dim_date.day < int_log_host.to_date or int_log_host.to_date is null)
    left join int_log_day
        on int_log_day.log = int_log_host.log
        and int_log_day.day = dim_date.day
    left join stg_pruned_day on stg_pruned_day.day = dim_date.day
    where int_log_host.is_counted and int_log_host.is_in_service
    group by
        int_log_host.host,
        int_log_host.channel,
        int_log_host.replica_group,
        int_log_host.is_judging,
        dim_date.day
),

channels_seen as (
    select
        host,
        channel,
        day,
        min(log) as log,
        sum(log_count) as log_count,
        bool_or(is_judging) as is_judged,
        bool_or(is_judging and is_continuous) as is_measured,
        bool_or(is_continuous) as is_proving
    from groups_seen
    group by host, channel, day
),

seen as (
    select
        host,
        day,
        min(log) as log,
        cast(sum(log_count) as bigint) as log_count,
        bool_and(is_judged) as is_judged,
        bool_and(is_measured) as is_measured,
        bool_or(is_proving) as is_proving
    from channels_seen
    group by host, day
),

logged_hosts as (
    select distinct host
    from int_log_host
),

hosts as (
    select host from logged_hosts
    union
    select host from int_data_link where host is not null
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
    where
        int_url_day.outcome = 'redirect'
        and stg_url_target.usage_kind = 'request'
        and stg_resource.host <> int_url.host
    group by stg_resource.host, int_url.host
),

redirect_days as (
    select distinct redirects.host, portal.day
    from redirects
    inner join seen as portal
        on portal.host = redirects.portal_host
        and portal.day >= redirects.first_day
    left join seen as own
        on own.host = redirects.host
        and own.day = portal.day
    where portal.is_measured and own.host is null
),

joined as (
    select
        hosts.host,
        dim_date.day,
        coalesce(seen.is_measured, false) as is_measured,
        coalesce(seen.is_proving, false) or redirect_days.host is not null as is_proving,
        redirect_days.host is not null as is_redirecting,
        logged_hosts.host is not null as is_logged,
        seen.is_judged,
        seen.log,
        coalesce(seen.log_count, 0) as log_count
    from hosts
    cross join dim_date
    left join logged_hosts on logged_hosts.host = hosts.host
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
        when is_logged then 'gap'
        else 'no_log'
    end as coverage,
    log,
    log_count
from joined
