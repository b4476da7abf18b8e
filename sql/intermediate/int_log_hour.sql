-- Lines of a log by hour, and which empty hours are a gap. A gap is a run of hours without any
-- line in which the log, by the same hours of the week over the 28 days before, would have had
-- more than 20 lines.
--
-- Where the rule needs a decision it takes the one that measures less: a log's first week is
-- judged by the four weeks after it, and so is a week before which the log was nearly silent (a
-- stray early line must not make it look watched); hours inside a gap are no basis for judging
-- others; no run of more than 28 days is believed, whatever was expected; the hours after the
-- last line, up to as_of_date, are judged like any others.
--
-- grain: log, day, hour_number
--
-- log             name of the log
-- day             UTC day, from the log's first one in the period to as_of_date
-- hour_number     hour of that day, 0 to 23; hours before the first line are left out
-- line_count      lines of any kind
-- expected_lines  lines expected, in thousandths; where the hour is not empty, for reading only
-- is_gap          the hour is part of a gap
-- is_low_volume   fewer than 200 lines a week around it: silence says nothing about this log

with

clock as (
    select dim_date.day, hours.hour_number
    from dim_date
    cross join (
        values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14),
            (15), (16), (17), (18), (19), (20), (21), (22), (23)
    ) as hours (hour_number)
),

counted as (
    select
        stg_unit_hour.log,
        stg_unit_hour.day,
        stg_unit_hour.hour_number,
        cast(sum(stg_unit_hour.line_count) as bigint) as line_count
    from stg_unit_hour
    inner join stg_unit on stg_unit.unit_id = stg_unit_hour.unit_id
    where stg_unit_hour.line_count > 0
    group by stg_unit_hour.log, stg_unit_hour.day, stg_unit_hour.hour_number
),

first_days as (
    select log, min(day) as first_day
    from counted
    group by log
),

starts as (
    select first_days.log, first_days.first_day, min(counted.hour_number) as first_hour
    from first_days
    inner join counted
        on counted.log = first_days.log
        and counted.day = first_days.first_day
    group by first_days.log, first_days.first_day
),

filled as (
    select
        starts.log,
        clock.day,
        clock.hour_number,
        coalesce(counted.line_count, 0) as line_count
    from starts
    inner join clock
        on clock.day > starts.first_day
        or (clock.day = starts.first_day and clock.hour_number >= starts.first_hour)
    left join counted
        on counted.log = starts.log
        and counted.day = clock.day
        and counted.hour_number = clock.hour_number
),

log_means as (
    select
        log,
        cast(
            round(1000 * cast(sum(line_count) as double) / nullif(count(*), 0)) as bigint
        ) as mean_lines
    from filled
    group by log
),

-- The same hour of the four weeks before, and of the four weeks after.
first_weeks as (
    select
        log,
        day,
        hour_number,
        line_count,
        lag(line_count, 168) over hours_in_order as back_1,
        lag(line_count, 336) over hours_in_order as back_2,
        lag(line_count, 504) over hours_in_order as back_3,
        lag(line_count, 672) over hours_in_order as back_4,
        lead(line_count, 168) over hours_in_order as next_1,
        lead(line_count, 336) over hours_in_order as next_2,
        lead(line_count, 504) over hours_in_order as next_3,
        lead(line_count, 672) over hours_in_order as next_4,
        sum(case when line_count > 0 then 1 else 0 end) over hours_in_order as run_number
    from filled
    window hours_in_order as (partition by log order by day, hour_number)
),

first_expected as (
    select
        first_weeks.log,
        first_weeks.day,
        first_weeks.hour_number,
        first_weeks.line_count,
        first_weeks.run_number,
        case
            when back_1 is not null then cast(
                round(
                    1000 * cast(
                        back_1 + coalesce(back_2, 0) + coalesce(back_3, 0) + coalesce(back_4, 0)
                        as double
                    ) / (
                        1 + case when back_2 is null then 0 else 1 end
                        + case when back_3 is null then 0 else 1 end
                        + case when back_4 is null then 0 else 1 end
                    )
                ) as bigint
            )
            when next_1 is not null then cast(
                round(
                    1000 * cast(
                        next_1 + coalesce(next_2, 0) + coalesce(next_3, 0) + coalesce(next_4, 0)
                        as double
                    ) / (
                        1 + case when next_2 is null then 0 else 1 end
                        + case when next_3 is null then 0 else 1 end
                        + case when next_4 is null then 0 else 1 end
                    )
                ) as bigint
            )
            else log_means.mean_lines
        end as expected_lines
    from first_weeks
    inner join log_means on log_means.log = first_weeks.log
),

first_runs as (
    select log, run_number
    from first_expected
    where line_count = 0
    group by log, run_number
    having sum(expected_lines) > 20000 or count(*) > 672
),

-- Once more, without the hours that are known to be missing.
known as (
    select
        first_expected.log,
        first_expected.day,
        first_expected.hour_number,
        first_expected.line_count,
        first_expected.run_number,
        case
            when first_expected.line_count = 0 and first_runs.log is not null then null
            else first_expected.line_count
        end as known_lines
    from first_expected
    left join first_runs
        on first_runs.log = first_expected.log
        and first_runs.run_number = first_expected.run_number
),

weeks as (
    select
        log,
        day,
        hour_number,
        line_count,
        known_lines,
        run_number,
        lag(known_lines, 168) over hours_in_order as back_1,
        lag(known_lines, 336) over hours_in_order as back_2,
        lag(known_lines, 504) over hours_in_order as back_3,
        lag(known_lines, 672) over hours_in_order as back_4,
        lead(known_lines, 168) over hours_in_order as next_1,
        lead(known_lines, 336) over hours_in_order as next_2,
        lead(known_lines, 504) over hours_in_order as next_3,
        lead(known_lines, 672) over hours_in_order as next_4,
        count(known_lines) over (
            partition by log order by day, hour_number rows between 672 preceding and 1 preceding
        ) as back_hours,
        sum(known_lines) over (
            partition by log order by day, hour_number rows between 672 preceding and 1 preceding
        ) as back_lines,
        count(known_lines) over (
            partition by log order by day, hour_number rows between current row and 671 following
        ) as next_hours,
        sum(known_lines) over (
            partition by log order by day, hour_number rows between current row and 671 following
        ) as next_lines
    from known
    window hours_in_order as (partition by log order by day, hour_number)
),

summed as (
    select
        log,
        day,
        hour_number,
        line_count,
        known_lines,
        run_number,
        back_hours,
        coalesce(back_lines, 0) as back_lines,
        next_hours,
        coalesce(next_lines, 0) as next_lines,
        coalesce(back_1, 0) + coalesce(back_2, 0) + coalesce(back_3, 0) + coalesce(back_4, 0)
            as back_sum,
        case when back_1 is null then 0 else 1 end + case when back_2 is null then 0 else 1 end
            + case when back_3 is null then 0 else 1 end
            + case when back_4 is null then 0 else 1 end as back_weeks,
        coalesce(next_1, 0) + coalesce(next_2, 0) + coalesce(next_3, 0) + coalesce(next_4, 0)
            as next_sum,
        case when next_1 is null then 0 else 1 end + case when next_2 is null then 0 else 1 end
            + case when next_3 is null then 0 else 1 end
            + case when next_4 is null then 0 else 1 end as next_weeks
    from weeks
),

means as (
    select
        log,
        day,
        hour_number,
        line_count,
        known_lines,
        run_number,
        cast(round(1000 * cast(back_sum as double) / nullif(back_weeks, 0)) as bigint)
            as back_mean,
        cast(round(1000 * cast(next_sum as double) / nullif(next_weeks, 0)) as bigint)
            as next_mean,
        -- Fewer than 200 lines a week, by at least a week of known hours.
        case
            when back_hours >= 168 then 168 * back_lines < 200 * back_hours
            else 168 * (back_lines + next_lines) < 200 * (back_hours + next_hours)
        end as is_low_volume
    from summed
),

expected as (
    select
        means.log,
        means.day,
        means.hour_number,
        means.line_count,
        means.known_lines,
        means.run_number,
        means.is_low_volume,
        case
            when back_mean is null and next_mean is null then log_means.mean_lines
            when back_mean is null then next_mean
            when means.is_low_volume and coalesce(next_mean, 0) > back_mean then next_mean
            else back_mean
        end as expected_lines
    from means
    inner join log_means on log_means.log = means.log
),

runs as (
    select log, run_number
    from expected
    where line_count = 0
    group by log, run_number
    having sum(expected_lines) > 20000
)

select
    expected.log,
    expected.day,
    cast(expected.hour_number as bigint) as hour_number,
    expected.line_count,
    expected.expected_lines,
    expected.known_lines is null or (expected.line_count = 0 and runs.log is not null) as is_gap,
    expected.is_low_volume
from expected
left join runs
    on runs.log = expected.log
    and runs.run_number = expected.run_number
