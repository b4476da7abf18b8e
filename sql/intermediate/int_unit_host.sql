-- The hosts that a unit's lines count for, and when: of the logs that see a host's requests, such
-- as an edge's and its origin's, one is counted. Hits find their host and their log in one join.
--
-- grain: unit_id, host, from_date
-- stored: no
--
-- unit_id    see stg_unit
-- host       the host
-- from_date  first day, UTC; see int_log_host
-- to_date    day after the last one, UTC; null: open

select
    stg_unit.unit_id,
    int_log_host.host,
    int_log_host.from_date,
    int_log_host.to_date
from stg_unit
inner join int_log_host on int_log_host.log = stg_unit.log
where int_log_host.is_counted
