-- Of a quarter that ends on as_of_date the verdicts are those of dataset_status: both are by the
-- same 365 days. Returns the datasets whose verdicts differ, or that are in only one of the two.
--
-- severity: error
--
-- dataset_id      the dataset
-- status          its status; null: none
-- quarter_status  its status at the quarter's end; null: none

with

quarter_ends as (
    select build_window.window_label
    from build_window
    inner join build_setting on build_setting.as_of_date = build_window.end_date
    where build_window.window_kind = 'quarter'
),

statuses as (
    select
        dataset_status.dataset_id,
        dataset_status.status,
        dataset_status.reason,
        dataset_status.upper_limit,
        dataset_status.lower_limit
    from dataset_status
    cross join quarter_ends
),

quarter_statuses as (
    select
        dataset_status_quarter.dataset_id,
        dataset_status_quarter.status,
        dataset_status_quarter.reason,
        dataset_status_quarter.upper_limit,
        dataset_status_quarter.lower_limit
    from dataset_status_quarter
    inner join quarter_ends on quarter_ends.window_label = dataset_status_quarter.quarter_label
)

select
    coalesce(statuses.dataset_id, quarter_statuses.dataset_id) as dataset_id,
    statuses.status,
    quarter_statuses.status as quarter_status
from statuses
full outer join quarter_statuses on quarter_statuses.dataset_id = statuses.dataset_id
where
    statuses.dataset_id is null
    or quarter_statuses.dataset_id is null
    or statuses.status <> quarter_statuses.status
    or coalesce(statuses.reason, '') <> coalesce(quarter_statuses.reason, '')
    or coalesce(statuses.upper_limit, -1e0) <> coalesce(quarter_statuses.upper_limit, -1e0)
    or coalesce(statuses.lower_limit, -1e0) <> coalesce(quarter_statuses.lower_limit, -1e0)
