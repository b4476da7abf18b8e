-- Which log speaks for which host, as configured.
--
-- grain: log, host
--
-- log            name of the log
-- host           lower-case host it speaks for
-- channel        what part of the host's traffic it records
-- role           direct, edge or origin; origin: behind a cache
-- replica_group  logs of a host that are needed all together
-- from_date      first UTC day on which it is needed and speaks for the host; null: from the start
-- until_date     last such day; null: still
-- known_at       when a run first had it configured so, UTC; null: not known

select
    log,
    lower(host) as host,
    min(coalesce(channel, '')) as channel,
    min(coalesce(nullif(role, ''), 'direct')) as role,
    min(coalesce(replica_group, '')) as replica_group,
    case when count(from_date) = count(*) then min(from_date) end as from_date,
    case when count(until_date) = count(*) then max(until_date) end as until_date,
    min(known_at) as known_at
from raw.log
group by log, lower(host)
