-- Every line read is a hit, rejected, dropped or blank. Returns the units where it is not so.
--
-- severity: error
--
-- unit_id     the unit
-- line_count  lines read
-- kept_count  lines accounted for

select
    unit_id,
    line_count,
    hit_count + rejected_count + dropped_count + blank_count as kept_count
from stg_unit
where
    log is not null
    and line_count <> hit_count + rejected_count + dropped_count + blank_count
