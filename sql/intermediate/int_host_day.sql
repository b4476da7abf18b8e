-- What could be seen of each host on each day. A host is measured on a day if on each of its
-- channels the logs in service that speak with authority saw the whole day: all of a replica group,
-- of one group at least. A log that stands behind a cache, or the portal's redirects to a host
-- without a log, may prove use but never its absence. A host whose readers all stayed away at once
-- (see int_silent_day) was not seen, though its log goes on. Where the hits of a day are gone, only
-- the logs count that were known to speak for the host before. The operator's word on a host's day
-- goes before its logs: a voided day proves nothing, and a gap can be accepted where a log with
-- authority was in service. No word makes up for a log that is missing or stands behind a cache.
--
-- grain: host, day
--
-- host         a host that a log speaks for or that the catalogue's data is on
-- day          UTC day, from first_date to as_of_date
-- is_measured  true: use would have been seen
-- is_proving   true: use may have been seen
-- coverage     measured, accepted (a gap, measured by the operator's word), voided (by the
--     operator), gap (its logs do not cover the day, or it was silent), behind_cache (so is a
--     channel of it), redirects, no_log
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
        bool_and(coalesce(int_log_day.is_continuous, false)) as is_continuous,
        bool_and(
            stg_pruned_day.day is null
            or coalesce(int_log_host.known_at <= stg_pruned_day.pruned_at, false)
        ) as is_known
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
        bool_or(is_judging and is_known) as is_acceptable,
        bool_or(is_judging and is_known and is_continuous) as is_measured,
        bool_or(is_known and is_continuous) as is_proving
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
        bool_and(is_acceptable) as is_acceptable,
        bool_and(is_measured) as is_measured,
        bool_or(is_proving) as is_proving
    from channels_seen
    group by host, day
),

overrides as (
    select subject as host, day, verdict
    from int_day_override
    where subject_kind = 'host'
),

overruled as (
    select
        seen.host,
        seen.day,
        seen.log,
        seen.log_count,
        seen.is_judged,
        coalesce(
            overrides.verdict = 'accept'
                and seen.is_acceptable
                and (not seen.is_measured or int_silent_day.host is not null),
            false
        ) as is_accepted,
        seen.is_measured
            and int_silent_day.host is null
            and coalesce(overrides.verdict <> 'void', true) as is_measured,
        seen.is_proving
            and int_silent_day.host is null
            and coalesce(overrides.verdict <> 'void', true) as is_proving
    from seen
    left join int_silent_day
        on int_silent_day.host = seen.host
        and int_silent_day.day = seen.day
    left join overrides
        on overrides.host = seen.host
        and overrides.day = seen.day
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
    inner join overruled as portal
        on portal.host = redirects.portal_host
        and portal.day >= redirects.first_day
    left join overruled as own
        on own.host = redirects.host
        and own.day = portal.day
    where (portal.is_measured or portal.is_accepted) and own.host is null
),

joined as (
    select
        hosts.host,
        dim_date.day,
        coalesce(overruled.is_measured, false) as is_measured,
        coalesce(overruled.is_accepted, false) as is_accepted,
        coalesce(overrides.verdict = 'void', false) as is_voided,
        coalesce(overruled.is_proving, false) or redirect_days.host is not null as is_proving,
        redirect_days.host is not null as is_redirecting,
        logged_hosts.host is not null as is_logged,
        overruled.is_judged,
        overruled.log,
        coalesce(overruled.log_count, 0) as log_count
    from hosts
    cross join dim_date
    left join logged_hosts on logged_hosts.host = hosts.host
    left join overruled
        on overruled.host = hosts.host
        and overruled.day = dim_date.day
    left join overrides
        on overrides.host = hosts.host
        and overrides.day = dim_date.day
    left join redirect_days
        on redirect_days.host = hosts.host
        and redirect_days.day = dim_date.day
)

select
    host,
    day,
    is_measured or is_accepted as is_measured,
    (is_proving or is_accepted) and not is_voided as is_proving,
    case
        when is_voided then 'voided'
        when is_accepted then 'accepted'
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
