-- A dataset is called unused or barely used only if it was measured and its upper limit is below
-- the threshold, and so is the rate of all its uses, on measured days or not; and unused only if
-- nobody at all requested it in the window. A low status on less than a full year says so. Returns
-- the datasets that break it.
--
-- severity: error
--
-- dataset_id   the dataset
-- status       unused or barely_used
-- upper_limit  upper limit of the rate
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
)

select
    dataset_status.dataset_id,
    dataset_status.status,
    dataset_status.upper_limit,
    coalesce(requested.client_days, 0) as client_days
from dataset_status
cross join build_setting
left join requested on requested.dataset_id = dataset_status.dataset_id
where
    dataset_status.status in ('unused', 'barely_used')
    and (
        dataset_status.upper_limit is null
        -- Published limits are rounded to 0.01.
        or dataset_status.upper_limit > cast(build_setting.threshold as double) + 0.005e0
        or coalesce(requested.client_days, 0) * 91.25e0
            >= cast(build_setting.threshold * dataset_status.live_days as double)
        or (dataset_status.status = 'unused' and coalesce(requested.client_days, 0) > 0)
        or dataset_status.is_provisional
            <> (dataset_status.measured_days < build_setting.full_year_days)
    )
