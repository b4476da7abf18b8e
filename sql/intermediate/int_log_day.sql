-- Whether a log saw all of a day: all 24 hours, no gap, and no bytes missing between the units
-- that its days came with. Where a log has too few lines for silence to mean anything, a day
-- counts only if it lies wholly within one stream that was read from its first byte. The operator's
-- word on a day goes before its lines, but cannot put a log into service.
--
-- grain: log, day
--
-- log            name of the log
-- day            UTC day, from first_date to as_of_date
-- line_count     lines of any kind; 0 on a day without any
-- gap_hours      hours of the day that are part of a gap
-- is_continuous  the log saw the whole day, by its lines or by the operator's word
-- coverage       continuous or accepted (by the operator, though its lines do not show it), or why
--     not: out_of_service (by its configuration it was not needed), voided (by the operator),
--     no_line_yet, partial_day (the log begins later that day), missing_bytes, gap, or low_volume

with

streams as (
    select
        log,
        stream_id,
        min(first_at) as first_at,
        max(last_at) as last_at,
        min(start_offset) = 0
            and sum(end_offset - start_offset) = max(end_offset) as is_whole
    from stg_unit
    where log is not null and stream_id is not null
    group by log, stream_id
),

joints as (
    select
        log,
        stream_id,
        start_offset,
        first_at,
        last_at,
        lag(end_offset) over (partition by stream_id order by start_offset) as previous_end,
        lag(last_at) over (partition by stream_id order by start_offset) as previous_last_at
    from stg_unit
    where log is not null and stream_id is not null
),

holes as (
    select
        joints.log,
        cast(coalesce(joints.previous_last_at, streams.first_at) as date) as first_day,
        cast(coalesce(joints.first_at, streams.last_at) as date) as last_day
    from joints
    inner join streams on streams.stream_id = joints.stream_id
    where joints.start_offset <> coalesce(joints.previous_end, 0)
),

hole_days as (
    select distinct holes.log, dim_date.day
    from holes
    inner join dim_date
        on dim_date.day >= holes.first_day
        and dim_date.day <= holes.last_day
),

stream_days as (
    select distinct streams.log, dim_date.day
    from streams
    inner join dim_date
        on streams.first_at < cast(dim_date.day as timestamp) + interval '1' hour
        and streams.last_at >= cast(dim_date.day as timestamp) + interval '1' day
    where streams.is_whole
),

log_hours as (
    select
        log,
        day,
        cast(sum(line_count) as bigint) as line_count,
        count(*) as hour_count,
        count(*) filter (where is_gap) as gap_hours,
        bool_or(is_low_volume) as is_low_volume
    from int_log_hour
    group by log, day
),

services as (
    select
        log,
        case when count(from_date) = count(*) then min(from_date) end as from_date,
        case when count(until_date) = count(*) then max(until_date) end as until_date
    from stg_log
    group by log
),

logs as (
    select log from stg_log
    union
    select log from int_log_hour
),

judged as (
    select
        logs.log,
        dim_date.day,
        coalesce(log_hours.line_count, 0) as line_count,
        coalesce(log_hours.gap_hours, 0) as gap_hours,
        case
            when dim_date.day < services.from_date or dim_date.day > services.until_date
                then 'out_of_service'
            when log_hours.log is null then 'no_line_yet'
            when log_hours.hour_count < 24 then 'partial_day'
            when hole_days.log is not null then 'missing_bytes'
            when log_hours.gap_hours > 0 then 'gap'
            when log_hours.is_low_volume and stream_days.log is null then 'low_volume'
            else 'continuous'
        end as coverage
    from logs
    cross join dim_date
    left join services on services.log = logs.log
    left join log_hours
        on log_hours.log = logs.log
        and log_hours.day = dim_date.day
    left join hole_days
        on hole_days.log = logs.log
        and hole_days.day = dim_date.day
    left join stream_days
        on stream_days.log = logs.log
        and stream_days.day = dim_date.day
),

overruled as (
    select
        judged.log,
        judged.day,
        judged.line_count,
        judged.gap_hours,
        case
            when judged.coverage = 'out_of_service' then judged.coverage
            when int_day_override.verdict = 'void' then 'voided'
            when int_day_override.verdict = 'accept' and judged.coverage <> 'continuous'
                then 'accepted'
            else judged.coverage
        end as coverage
    from judged
    left join int_day_override
        on int_day_override.subject_kind = 'log'
        and int_day_override.subject = judged.log
        and int_day_override.day = judged.day
)

select
    log,
    day,
    line_count,
    gap_hours,
    coverage in ('continuous', 'accepted') as is_continuous,
    coverage
from overruled
