-- The receipt of a loaded unit: what became of its lines.
--
-- grain: unit_id
--
-- unit_id         number of the attempt that loaded it
-- run_id          the run that loaded it
-- source          the source it came from
-- stream_id       the stream it is a part of
-- log             the log, for a unit of a log; null otherwise
-- start_offset    first byte of the stream in it
-- end_offset      byte after the last one in it
-- line_count      lines read
-- hit_count       lines kept as hits
-- rejected_count  lines that could not be parsed
-- dropped_count   lines that are no hit by rule
-- blank_count     empty lines
-- first_at        earliest time of a line, UTC
-- last_at         latest time of a line, UTC

select
    unit_id,
    run_id,
    source,
    stream_id,
    nullif(log, '') as log,
    start_offset,
    end_offset,
    coalesce(line_count, 0) as line_count,
    coalesce(hit_count, 0) as hit_count,
    coalesce(rejected_count, 0) as rejected_count,
    coalesce(dropped_count, 0) as dropped_count,
    coalesce(blank_count, 0) as blank_count,
    first_at,
    last_at
from ledger.unit
