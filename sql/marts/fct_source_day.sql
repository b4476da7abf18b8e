-- What each log gave on each day, and whether it saw the whole day.
--
-- grain: log, day
--
-- log             name of the log
-- day             UTC day, from first_date to as_of_date
-- line_count      lines of any kind
-- hit_count       lines kept as hits
-- rejected_share  share of lines that could not be parsed, in the units that hold the day (0 to 1);
--     null: no unit
-- gap_hours       hours of the day that are part of a gap
-- is_continuous   the log saw the whole day
-- coverage        continuous or accepted, or why not; see int_log_day
-- override        what the operator said of the day, of the log: accept or void; null: nothing
-- override_note   why, in the operator's words
-- override_by     who said so; in the warehouse only

with

hits as (
    select log, day, cast(sum(hit_count) as bigint) as hit_count
    from int_url_day
    group by log, day
),

unit_days as (
    select distinct unit_id, log, day
    from stg_unit_hour
),

rejects as (
    select
        unit_days.log,
        unit_days.day,
        sum(stg_unit.rejected_count) as rejected_count,
        sum(stg_unit.line_count) as line_count
    from unit_days
    inner join stg_unit on stg_unit.unit_id = unit_days.unit_id
    group by unit_days.log, unit_days.day
)

select
    int_log_day.log,
    int_log_day.day,
    int_log_day.line_count,
    coalesce(hits.hit_count, 0) as hit_count,
    round(cast(rejects.rejected_count as double) / nullif(rejects.line_count, 0), 6)
        as rejected_share,
    int_log_day.gap_hours,
    int_log_day.is_continuous,
    int_log_day.coverage,
    int_day_override.verdict as override,
    int_day_override.note as override_note,
    int_day_override.made_by as override_by
from int_log_day
left join hits
    on hits.log = int_log_day.log
    and hits.day = int_log_day.day
left join rejects
    on rejects.log = int_log_day.log
    and rejects.day = int_log_day.day
left join int_day_override
    on int_day_override.subject_kind = 'log'
    and int_day_override.subject = int_log_day.log
    and int_day_override.day = int_log_day.day
