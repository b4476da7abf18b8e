-- Days of the last 365 on which a log did not see everything, in runs, and what each run costs:
-- the datasets that could not be measured because of it, and how many would be judged otherwise
-- if its days had been seen and nobody had come on them. Two logs that both missed a day are both
-- charged with it. Days that the operator accepted cost nothing and are not here.
--
-- grain: log, coverage, first_day
--
-- log             name of the log
-- coverage        why its days do not count: gap, missing_bytes, low_volume, partial_day or voided
-- first_day       first day of the run, UTC
-- first_hour      first hour of that day without lines; 0 where the whole day does not count
-- last_day        last day of the run, UTC
-- last_hour       last hour of that day without lines; 23 where the whole day does not count
-- day_count       days of the run
-- gap_hours       hours that are part of a gap
-- expected_lines  lines that the log would have had in those hours
-- dataset_count   datasets with a day that is not measured because of it
-- dataset_days    those days, over all datasets
-- verdict_count   datasets that would get a verdict of little or no use, or a final in place of a
--     provisional one, with these days measured and without use: at most so many

with

missed as (
    select
        int_log_day.log,
        int_log_day.coverage,
        int_log_day.day,
        -- The same for all days of a run.
        dim_date.days_before + row_number() over (
            partition by int_log_day.log, int_log_day.coverage
            order by int_log_day.day
        ) as run_number
    from int_log_day
    inner join dim_date on dim_date.day = int_log_day.day
    where
        dim_date.days_before < 365
        and int_log_day.coverage in (
            'gap', 'missing_bytes', 'low_volume', 'partial_day', 'voided'
        )
),

gap_hours as (
    select
        log,
        day,
        min(hour_number) as first_hour,
        max(hour_number) as last_hour,
        count(*) as hour_count,
        sum(expected_lines) as expected_lines
    from int_log_hour
    where is_gap
    group by log, day
),

run_days as (
    select
        missed.log,
        missed.coverage,
        missed.run_number,
        missed.day,
        case when missed.coverage = 'gap' then gap_hours.first_hour else 0 end as first_hour,
        case when missed.coverage = 'gap' then gap_hours.last_hour else 23 end as last_hour,
        coalesce(gap_hours.hour_count, 0) as hour_count,
        coalesce(gap_hours.expected_lines, 0) as expected_lines
    from missed
    left join gap_hours
        on gap_hours.log = missed.log
        and gap_hours.day = missed.day
),

runs as (
    select
        log,
        coverage,
        run_number,
        min(day) as first_day,
        max(day) as last_day,
        cast(min_by(first_hour, day) as bigint) as first_hour,
        cast(max_by(last_hour, day) as bigint) as last_hour,
        count(*) as day_count,
        cast(sum(hour_count) as bigint) as gap_hours,
        cast(round(cast(sum(expected_lines) as double) / 1000e0) as bigint) as expected_lines
    from run_days
    group by log, coverage, run_number
),

-- Sets of hosts that could not be measured on a day for no other reason than their logs.
lost_sets as (
    select distinct
        run_days.log,
        run_days.coverage,
        run_days.run_number,
        run_days.day,
        int_host_set.host_set
    from run_days
    inner join int_log_host
        on int_log_host.log = run_days.log
        and int_log_host.from_date <= run_days.day
        and (int_log_host.to_date > run_days.day or int_log_host.to_date is null)
    inner join int_host_day
        on int_host_day.host = int_log_host.host
        and int_host_day.day = run_days.day
    inner join int_host_set on int_host_set.host = int_log_host.host
    inner join int_host_set_day
        on int_host_set_day.host_set = int_host_set.host_set
        and int_host_set_day.day = run_days.day
    where
        int_log_host.is_in_service
        and int_log_host.is_judging
        and int_host_day.coverage = 'gap'
        and not int_host_set_day.is_measured
        and not int_host_set_day.has_cached_host
        and not int_host_set_day.has_unseen_host
),

lost_days as (
    select
        lost_sets.log,
        lost_sets.coverage,
        lost_sets.run_number,
        int_dataset_span.dataset_id,
        count(*) as day_count
    from lost_sets
    inner join int_dataset_span
        on int_dataset_span.host_set = lost_sets.host_set
        and int_dataset_span.from_date <= lost_sets.day
        and int_dataset_span.to_date > lost_sets.day
    group by
        lost_sets.log,
        lost_sets.coverage,
        lost_sets.run_number,
        int_dataset_span.dataset_id
),

otherwise as (
    select
        lost_days.log,
        lost_days.coverage,
        lost_days.run_number,
        lost_days.dataset_id,
        lost_days.day_count,
        case
            when dataset_status.status in ('unused', 'barely_used')
                then dataset_status.is_provisional
                    and dataset_status.measured_days + lost_days.day_count
                        >= build_setting.full_year_days
            when dataset_status.status not in (
                'insufficient_evidence', 'borderline', 'not_measurable'
            ) then false
            -- Nothing was measured: 2.97 is Byar's upper limit of no use at all.
            when dataset_status.upper_limit is null
                then dataset_status.dispersion * 2.97e0 * 91.25e0
                    / cast(lost_days.day_count as double) < cast(build_setting.threshold as double)
            else dataset_status.upper_limit * cast(dataset_status.measured_days as double)
                / cast(dataset_status.measured_days + lost_days.day_count as double)
                < cast(build_setting.threshold as double)
        end as is_judged_otherwise
    from lost_days
    left join dataset_status on dataset_status.dataset_id = lost_days.dataset_id
    cross join build_setting
),

costs as (
    select
        log,
        coverage,
        run_number,
        count(*) as dataset_count,
        cast(sum(day_count) as bigint) as dataset_days,
        count(*) filter (where is_judged_otherwise) as verdict_count
    from otherwise
    group by log, coverage, run_number
)

select
    runs.log,
    runs.coverage,
    runs.first_day,
    runs.first_hour,
    runs.last_day,
    runs.last_hour,
    runs.day_count,
    runs.gap_hours,
    runs.expected_lines,
    coalesce(costs.dataset_count, 0) as dataset_count,
    coalesce(costs.dataset_days, 0) as dataset_days,
    coalesce(costs.verdict_count, 0) as verdict_count
from runs
left join costs
    on costs.log = runs.log
    and costs.coverage = runs.coverage
    and costs.run_number = runs.run_number
