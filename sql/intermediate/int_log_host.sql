-- Whose word counts for a host. A host has one authority on each channel: its edge (a cache or
-- CDN) before the server itself, before an origin behind a cache. The other logs repeat what the
-- authority has seen, so their lines are not counted.
--
-- grain: log, host
--
-- log            name of the log
-- host           host it speaks for
-- role           direct, edge or origin
-- replica_group  logs of the host that are needed all together
-- is_counted     its lines of this host are counted
-- is_judging     it can also prove that there was no use; an origin behind a cache cannot

with

ranked as (
    select
        log,
        host,
        role,
        replica_group,
        channel,
        case role when 'edge' then 1 when 'direct' then 2 when 'origin' then 3 else 4 end as place
    from stg_log
),

authority as (
    select host, channel, min(place) as place
    from ranked
    group by host, channel
)

select
    ranked.log,
    ranked.host,
    ranked.role,
    ranked.replica_group,
    ranked.place = authority.place as is_counted,
    ranked.place = authority.place and ranked.role in ('edge', 'direct') as is_judging
from ranked
inner join authority
    on authority.host = ranked.host
    and authority.channel = ranked.channel
