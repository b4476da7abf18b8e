-- The base of threshold_sensitivity is dataset_status, and each scenario has every dataset once.
-- Returns the statuses whose number of datasets differs, with the scenario.
--
-- severity: error
--
-- scenario       the scenario
-- status         the status a dataset has
-- dataset_count  datasets with it in dataset_status
-- counted        datasets with it in the scenario

with

statuses as (
    select status, count(*) as dataset_count
    from dataset_status
    group by status
),

scenarios as (
    select distinct scenario
    from threshold_sensitivity
),

wanted as (
    select scenarios.scenario, statuses.status, statuses.dataset_count
    from scenarios
    cross join statuses
),

counted as (
    select scenario, base_status as status, cast(sum(dataset_count) as bigint) as dataset_count
    from threshold_sensitivity
    where scenario <> 'base' or status = base_status
    group by scenario, base_status
)

select
    coalesce(wanted.scenario, counted.scenario) as scenario,
    coalesce(wanted.status, counted.status) as status,
    coalesce(wanted.dataset_count, 0) as dataset_count,
    coalesce(counted.dataset_count, 0) as counted
from wanted
full outer join counted
    on counted.scenario = wanted.scenario
    and counted.status = wanted.status
where coalesce(wanted.dataset_count, 0) <> coalesce(counted.dataset_count, 0)
