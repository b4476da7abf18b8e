-- Lines of any kind of a unit, by the hour of the line's own time.
--
-- grain: unit_id, log, day, hour_number
--
-- unit_id      see stg_unit
-- log          the log
-- day          UTC day of the lines
-- hour_number  hour of that day, 0 to 23
-- line_count   lines of that hour
-- first_at     earliest of them, UTC
-- last_at      latest of them, UTC

select
    unit_id,
    log,
    cast(hour_at as date) as day,
    hour(hour_at) as hour_number,
    cast(sum(line_count) as bigint) as line_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from ledger.unit_hour
group by unit_id, log, cast(hour_at as date), hour(hour_at)
