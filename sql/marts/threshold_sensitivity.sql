-- What the verdicts depend on: how many datasets have which status in the current window, and
-- which they would have if the threshold were half or double, machines did not count, or suspected
-- robots or own staff did. Each scenario has a dispersion of its own; what is unreachable stays so
-- unless it is used.
--
-- grain: scenario, base_status, status
--
-- scenario       base, half, double, without_machines, with_suspected_robots or with_staff
-- threshold      uses a quarter
-- dispersion     how use clusters in the scenario; see dispersion
-- base_status    the status they have
-- status         the status they would have
-- is_changed     the two differ
-- dataset_count  datasets

with

bases as (
    select dataset_id, status
    from int_status
    where window_label = 'current' and scenario = 'base'
)

select
    int_verdict.scenario,
    int_verdict.threshold,
    round(int_verdict.dispersion, 3) as dispersion,
    bases.status as base_status,
    int_status.status,
    int_status.status <> bases.status as is_changed,
    count(*) as dataset_count
from int_verdict
inner join int_status
    on int_status.dataset_id = int_verdict.dataset_id
    and int_status.window_label = int_verdict.window_label
    and int_status.scenario = int_verdict.scenario
inner join bases on bases.dataset_id = int_verdict.dataset_id
where int_verdict.window_label = 'current' and int_verdict.scenario <> 'page'
group by
    int_verdict.scenario,
    int_verdict.threshold,
    int_verdict.dispersion,
    bases.status,
    int_status.status
