-- Whose word counts for a host, and when. A host has one authority on each channel: its edge (a
-- cache or CDN) before the server itself, before an origin behind a cache. The other logs repeat
-- what the authority has seen, so their lines are not counted. A log that is not in service, since
-- it begins later or has ended, leaves its place to the next; what it saw all the same is counted
-- unless a log with more authority was in service.
--
-- grain: log, host, from_date
--
-- log            name of the log
-- host           host it speaks for
-- from_date      first day, UTC, of a span in which the same logs were in service; 1970-01-01: from
--     the start
-- to_date        day after its last one, UTC; null: open
-- channel        what part of the host's traffic it records
-- role           direct, edge or origin
-- replica_group  logs of the host that are needed all together
-- known_at       when a run first had it configured so, UTC; null: not known
-- is_in_service  it is needed, and speaks for the host
-- is_counted     its lines of this host are counted
-- is_judging     it can also prove that there was no use; an origin behind a cache cannot

with

edges as (
    select host, channel, date '1970-01-01' as edge_date
    from stg_log

    union

    select host, channel, from_date as edge_date
    from stg_log
    where from_date > date '1970-01-01'

    union

    select host, channel, cast(until_date + interval '1' day as date) as edge_date
    from stg_log
    where until_date >= date '1970-01-01'
),

spans as (
    select
        host,
        channel,
        edge_date as from_date,
        lead(edge_date) over (partition by host, channel order by edge_date) as to_date
    from edges
),

ranked as (
    select
        stg_log.log,
        stg_log.host,
        spans.from_date,
        spans.to_date,
        stg_log.channel,
        stg_log.role,
        stg_log.replica_group,
        stg_log.known_at,
        (stg_log.from_date is null or stg_log.from_date <= spans.from_date)
            and (stg_log.until_date is null or stg_log.until_date >= spans.from_date)
            as is_in_service,
        case stg_log.role when 'edge' then 1 when 'direct' then 2 when 'origin' then 3 else 4 end
            as place
    from stg_log
    inner join spans
        on spans.host = stg_log.host
        and spans.channel = stg_log.channel
),

authority as (
    select host, channel, from_date, min(place) as place
    from ranked
    where is_in_service
    group by host, channel, from_date
)

select
    ranked.log,
    ranked.host,
    ranked.from_date,
    ranked.to_date,
    ranked.channel,
    ranked.role,
    ranked.replica_group,
    ranked.known_at,
    ranked.is_in_service,
    authority.place is null or ranked.place <= authority.place as is_counted,
    ranked.is_in_service
        and ranked.place = authority.place
        and ranked.role in ('edge', 'direct') as is_judging
from ranked
left join authority
    on authority.host = ranked.host
    and authority.channel = ranked.channel
    and authority.from_date = ranked.from_date
