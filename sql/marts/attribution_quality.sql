-- How much of the traffic of the last 365 days was found to belong to a dataset, by host and
-- kind. No path is in it: those that found none are in unattributed_url, in the warehouse only.
--
-- grain: host, usage_kind, visitor_kind
--
-- host          a host that a log speaks for, or other: hosts that no log is configured for
-- usage_kind    request, investigation, none (known to be no use), or unattributed: no dataset
--     was found, or several equally
-- visitor_kind  regular, machine, robot, suspected_robot (see int_suspect), or unclassified: an
--     agent without a class
-- hit_count     hits with a good answer (200, 206, 304)
-- host_share    share of the host's hits of that kind of visitor (0 to 1)

with

known_hosts as (
    select distinct host
    from int_log_host
),

counted as (
    select
        coalesce(known_hosts.host, 'other') as host,
        int_url.usage_kind,
        int_url_day.visitor_kind,
        int_url_day.hit_count
    from int_url_day
    inner join dim_date on dim_date.day = int_url_day.day
    inner join int_url on int_url.url_id = int_url_day.url_id
    left join known_hosts on known_hosts.host = int_url.host
    where
        dim_date.days_before < 365
        and int_url_day.outcome = 'good'
        and int_url_day.visitor_kind <> 'own'
),

summed as (
    select host, usage_kind, visitor_kind, cast(sum(hit_count) as bigint) as hit_count
    from counted
    group by host, usage_kind, visitor_kind
)

select
    host,
    usage_kind,
    visitor_kind,
    hit_count,
    round(
        cast(hit_count as double)
            / nullif(cast(sum(hit_count) over (partition by host, visitor_kind) as double), 0e0),
        4
    ) as host_share
from summed
