-- How use clusters in each window and scenario, what that makes impossible to judge, and what to do
-- about it. It is at least 1 (clients come one by one) and widens all limits; where it is large,
-- even no use at all proves little.
--
-- grain: window_label, scenario
--
-- window_label     current, earlier, or a quarter's label; see build_window
-- scenario         base, or what if; see threshold_sensitivity; page: visits of pages
-- start_date       first day of the window, UTC
-- end_date         last day of the window, UTC
-- threshold        uses a quarter
-- dispersion       the dispersion
-- is_default       too few uses near the threshold: the configured dispersion was used
-- pool_datasets    datasets near the threshold, from which it is taken
-- pool_uses        their client-days
-- measured_count   datasets with a measured day
-- unjudged_count   those of them for which no use at all would not prove a low rate
-- clustered_count  those of these that could be judged if clients came one by one
-- advice           what to do, in a sentence

with

counts as (
    select
        window_label,
        scenario,
        count(*) filter (where measured_days > 0) as measured_count,
        count(*) filter (where zero_limit >= threshold) as unjudged_count,
        count(*) filter (where zero_limit >= threshold and zero_limit / dispersion < threshold)
            as clustered_count
    from int_verdict
    group by window_label, scenario
),

-- The upper limit of no use at all in a window measured in full; see int_verdict.
limits as (
    select
        window_label,
        scenario,
        dispersion * power(1e0 - 1e0 / 9e0 + 1.6448536269514722e0 / 3e0, 3e0) * 91.25e0 / 365e0
            as full_zero_limit
    from int_dispersion
)

select
    int_dispersion.window_label,
    int_dispersion.scenario,
    build_window.start_date,
    build_window.end_date,
    int_dispersion.threshold,
    round(int_dispersion.dispersion, 3) as dispersion,
    int_dispersion.is_default,
    int_dispersion.dataset_count as pool_datasets,
    int_dispersion.pool_uses,
    counts.measured_count,
    counts.unjudged_count,
    counts.clustered_count,
    case
        when limits.full_zero_limit >= int_dispersion.threshold
            then 'Uses come in such clusters that not even a year without any proves little use: '
            || 'set a threshold above '
            || cast(cast(floor(limits.full_zero_limit) as bigint) as varchar)
            || ' a quarter, or wait for a longer window.'
        when counts.clustered_count > 0
            then 'Uses come in clusters, for which '
            || cast(counts.clustered_count as varchar)
            || case counts.clustered_count when 1 then ' dataset is' else ' datasets are' end
            || ' measured on too few days: set a higher threshold, or wait for more days.'
        when int_dispersion.is_default
            then 'Too few uses near the threshold to tell how they cluster: '
            || 'the configured dispersion is used.'
        else 'Nothing to do.'
    end as advice
from int_dispersion
inner join build_window on build_window.window_label = int_dispersion.window_label
inner join counts
    on counts.window_label = int_dispersion.window_label
    and counts.scenario = int_dispersion.scenario
inner join limits
    on limits.window_label = int_dispersion.window_label
    and limits.scenario = int_dispersion.scenario
