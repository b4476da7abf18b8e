-- A dataset is called unused or barely used only if it was measured and its upper limit is below
-- the threshold, and so is the rate of all its uses, on measured days or not; and unused only if
-- nobody at all requested it in the window. A low status on less than a full year says so. By the
-- counts of a tool it is called so only where no log measured a day, how much of all use the tool
-- sees is known, and the limit divided by that is below the threshold; and unused only if no other
-- tool counted a use either. Returns the datasets that break it.
--
-- severity: error
--
-- dataset_id   the dataset
-- status       unused or barely_used
-- upper_limit  upper limit of the rate, by the log or by the counts that the status rests on
-- client_days  client-days with a request in the window

with

uses as (
    select dataset_id, day, client_days
    from fct_dataset_day

    union all

    select dataset_id, day, client_days
    from fct_late_day
),

requested as (
    select uses.dataset_id, cast(sum(uses.client_days) as bigint) as client_days
    from uses
    inner join dim_date on dim_date.day = uses.day
    where dim_date.days_before < 365
    group by uses.dataset_id
),

counted as (
    select dataset_id, max(uses_low) as uses_low
    from int_count_verdict
    where window_label = 'current' and scenario = 'base'
    group by dataset_id
),

low as (
    select
        dataset_id,
        status,
        is_provisional,
        live_days,
        case
            when evidence_source <> 'log' and measured_days = 0 and count_share_low > 0e0
                then count_upper_limit
            when coalesce(evidence_source, 'log') = 'log' then upper_limit
        end as upper_limit,
        case when evidence_source <> 'log' then count_days else measured_days end as known_days,
        case when evidence_source <> 'log' then count_high else 0 end as counted,
        coalesce(evidence_source, 'log') <> 'log' as is_by_counts
    from dataset_status
    where status in ('unused', 'barely_used')
)

select
    low.dataset_id,
    low.status,
    low.upper_limit,
    coalesce(requested.client_days, 0) as client_days
from low
cross join build_setting
left join requested on requested.dataset_id = low.dataset_id
left join counted on counted.dataset_id = low.dataset_id
where
    (
        low.upper_limit is null
        -- Published limits are rounded to 0.01.
        or low.upper_limit > cast(build_setting.threshold as double) + 0.005e0
        or coalesce(requested.client_days, 0) * 91.25e0
            >= cast(build_setting.threshold * low.live_days as double)
        or (
            low.status = 'unused'
            and (
                coalesce(requested.client_days, 0) + low.counted > 0
                or (low.is_by_counts and counted.uses_low > 0)
            )
        )
        or low.is_provisional <> (low.known_days < build_setting.full_year_days)
    )
