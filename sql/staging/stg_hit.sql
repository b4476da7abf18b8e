-- One request of a log, as it was loaded, with its UTC day and hour.
--
-- grain: none
--
-- hit_at           time of the request, UTC
-- day              UTC day of the request
-- session_hour     hour of that day, 0 to 23: client, day and hour make a session
-- client_key       keyed hash of address and agent; names a client within its day only
-- url_id           see stg_url
-- agent_id         see stg_agent
-- referrer_id      see stg_referrer; 0: none
-- network_class    what network the client was in
-- is_own           staff, contractors and monitors: never part of a verdict
-- method           HTTP method
-- status           HTTP status
-- response_bytes   bytes sent
-- unit_id          the unit it was loaded with; see stg_unit

select
    hit_at,
    cast(hit_at as date) as day,
    hour(hit_at) as session_hour,
    client_key,
    url_id,
    agent_id,
    coalesce(referrer_id, 0) as referrer_id,
    coalesce(network_class, 'other') as network_class,
    coalesce(network_class, 'other') in ('own_group', 'contractor', 'monitoring') as is_own,
    method,
    status,
    coalesce(response_bytes, 0) as response_bytes,
    unit_id
from raw.hit
