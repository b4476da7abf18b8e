-- Which log speaks for which host, as configured.
--
-- grain: log, host
--
-- log            name of the log
-- host           lower-case host it speaks for
-- channel        what part of the host's traffic it records
-- role           direct, edge or origin; origin: behind a cache
-- replica_group  logs of a host that are needed all together

select
    log,
    lower(host) as host,
    min(coalesce(channel, '')) as channel,
    min(coalesce(nullif(role, ''), 'direct')) as role,
    min(coalesce(replica_group, '')) as replica_group
from raw.log
group by log, lower(host)
