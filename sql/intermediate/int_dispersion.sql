-- How use clusters: one person fetching for three days, an app polling for a month. The
-- dispersion is 1 where client-days come one by one, and 1 plus the companions beyond chance that
-- a client-day has within its block of 28 days where they do not. It is pooled over the datasets
-- near the threshold, where it decides: popular ones would swamp it. Each window and scenario has
-- a pool of its own.
--
-- grain: window_label, scenario
--
-- window_label      see build_window
-- scenario          see int_scenario
-- threshold         uses a quarter
-- dataset_count     datasets in the pool
-- pool_uses         their client-days
-- companions_1e6    companions beyond chance, all together, in millionths
-- dispersion        the dispersion, at least 1
-- is_default        true: fewer than 200 client-days in the pool, so the configured value is used

with

pools as (
    select window_label, scenario, max(threshold) as threshold
    from int_scenario
    group by window_label, scenario
),

members as (
    select dataset_id, window_label, scenario, uses, measured_days
    from int_scenario
    where
        uses >= 1
        and cast(uses as double) <= 2e0 * threshold * cast(measured_days as double) / 91.25e0
),

candidates as (
    select distinct dataset_id, window_label
    from members
),

block_days as (
    select
        build_window.window_label,
        dim_date.day,
        cast(floor(
            cast(date_diff('day', dim_date.day, build_window.end_date) as double) / 28e0
        ) as bigint) as block_number
    from build_window
    inner join dim_date
        on dim_date.day >= build_window.start_date
        and dim_date.day <= build_window.end_date
),

block_uses as (
    select
        candidates.dataset_id,
        candidates.window_label,
        block_days.block_number,
        sum(case when int_use_day.is_measured then int_use_day.client_days else 0 end) as uses,
        sum(case when int_use_day.is_measured then int_use_day.machine_client_days else 0 end)
            as machine_uses,
        sum(case when int_use_day.is_measured then int_use_day.suspected_client_days else 0 end)
            as suspected_uses,
        sum(case when int_use_day.is_measured then int_use_day.staff_client_days else 0 end)
            as staff_uses,
        sum(case when int_use_day.is_page_measured then int_use_day.page_client_days else 0 end)
            as page_uses
    from int_use_day
    inner join block_days on block_days.day = int_use_day.day
    inner join candidates
        on candidates.dataset_id = int_use_day.dataset_id
        and candidates.window_label = block_days.window_label
    group by candidates.dataset_id, candidates.window_label, block_days.block_number
),

scenario_uses as (
    select
        members.dataset_id,
        members.window_label,
        members.scenario,
        case members.scenario
            when 'page' then block_uses.page_uses
            when 'without_machines' then block_uses.uses - block_uses.machine_uses
            when 'with_suspected_robots' then block_uses.uses + block_uses.suspected_uses
            when 'with_staff' then block_uses.uses + block_uses.staff_uses
            else block_uses.uses
        end as uses
    from members
    inner join block_uses
        on block_uses.dataset_id = members.dataset_id
        and block_uses.window_label = members.window_label
),

pairs as (
    select dataset_id, window_label, scenario, sum(uses * (uses - 1)) as pair_count
    from scenario_uses
    group by dataset_id, window_label, scenario
),

blocks as (
    select window_label, block_number, min(day) as start_date, max(day) as end_date
    from block_days
    group by window_label, block_number
),

-- The part of each span that lies in a block.
parts as (
    select
        candidates.dataset_id,
        candidates.window_label,
        blocks.block_number,
        int_dataset_span.host_set,
        int_dataset_span.portal_host,
        cast(
            case
                when int_dataset_span.from_date > blocks.start_date
                    then int_dataset_span.from_date
                else blocks.start_date
            end - interval '1' day as date
        ) as day_before,
        case
            when int_dataset_span.to_date <= blocks.end_date
                then cast(int_dataset_span.to_date - interval '1' day as date)
            else blocks.end_date
        end as last_day
    from candidates
    inner join int_dataset_span on int_dataset_span.dataset_id = candidates.dataset_id
    inner join blocks
        on blocks.window_label = candidates.window_label
        and blocks.start_date < int_dataset_span.to_date
        and blocks.end_date >= int_dataset_span.from_date
),

block_exposures as (
    select
        parts.dataset_id,
        parts.window_label,
        parts.block_number,
        sum(coalesce(data_end.measured_days, 0) - coalesce(data_begin.measured_days, 0))
            as measured_days,
        sum(coalesce(page_end.measured_days, 0) - coalesce(page_begin.measured_days, 0))
            as page_days
    from parts
    left join int_host_set_total as data_end
        on data_end.host_set = parts.host_set
        and data_end.day = parts.last_day
    left join int_host_set_total as data_begin
        on data_begin.host_set = parts.host_set
        and data_begin.day = parts.day_before
    left join int_host_set_total as page_end
        on page_end.host_set = parts.portal_host
        and page_end.day = parts.last_day
    left join int_host_set_total as page_begin
        on page_begin.host_set = parts.portal_host
        and page_begin.day = parts.day_before
    group by parts.dataset_id, parts.window_label, parts.block_number
),

squares as (
    select
        dataset_id,
        window_label,
        sum(measured_days * measured_days) as squared_days,
        sum(page_days * page_days) as squared_page_days
    from block_exposures
    group by dataset_id, window_label
),

chances as (
    select
        members.window_label,
        members.scenario,
        members.uses,
        pairs.pair_count,
        cast(round(
            1e6 * cast(members.uses * (members.uses - 1) as double)
            * cast(
                case members.scenario
                    when 'page' then squares.squared_page_days
                    else squares.squared_days
                end as double
            )
            / cast(members.measured_days * members.measured_days as double)
        ) as bigint) as chance_pairs_1e6
    from members
    inner join pairs
        on pairs.dataset_id = members.dataset_id
        and pairs.window_label = members.window_label
        and pairs.scenario = members.scenario
    inner join squares
        on squares.dataset_id = members.dataset_id
        and squares.window_label = members.window_label
),

sums as (
    select
        window_label,
        scenario,
        count(*) as dataset_count,
        cast(sum(uses) as bigint) as pool_uses,
        cast(sum(pair_count) as bigint) * 1000000 - cast(sum(chance_pairs_1e6) as bigint)
            as companions_1e6
    from chances
    group by window_label, scenario
)

select
    pools.window_label,
    pools.scenario,
    pools.threshold,
    coalesce(sums.dataset_count, 0) as dataset_count,
    coalesce(sums.pool_uses, 0) as pool_uses,
    coalesce(sums.companions_1e6, 0) as companions_1e6,
    case
        when coalesce(sums.pool_uses, 0) < 200 then build_setting.phi_default
        when sums.companions_1e6 <= 0 then 1e0
        else 1e0 + cast(sums.companions_1e6 as double) / 1e6 / cast(sums.pool_uses as double)
    end as dispersion,
    coalesce(sums.pool_uses, 0) < 200 as is_default
from pools
cross join build_setting
left join sums
    on sums.window_label = pools.window_label
    and sums.scenario = pools.scenario
