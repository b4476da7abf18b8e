-- How use clusters: one person fetching for three days, an app polling for a month. The
-- dispersion is 1 where client-days come one by one, and 1 plus the companions beyond chance that
-- a client-day has within its block of 28 days where they do not. It is pooled over the datasets
-- near the threshold, where it decides: popular ones would swamp it.
--
-- grain: pool
--
-- pool              the threshold it is for: threshold, half or double
-- pool_threshold    uses a quarter
-- dataset_count     datasets in the pool
-- pool_uses         their client-days
-- companions_1e6    companions beyond chance, all together, in millionths
-- dispersion        the dispersion, at least 1
-- is_default        true: fewer than 200 client-days in the pool, so the configured value is used

with

exposures as (
    select dataset_id, block_number, sum(measured_days) as measured_days
    from int_exposure
    where window_number = 0
    group by dataset_id, block_number
),

totals as (
    select
        dataset_id,
        cast(sum(measured_days) as bigint) as measured_days,
        cast(sum(measured_days * measured_days) as bigint) as squared_days
    from exposures
    group by dataset_id
),

block_uses as (
    select dataset_id, block_number, sum(client_days) as client_days
    from int_use_day
    where window_number = 0 and is_measured and client_days > 0
    group by dataset_id, block_number
),

uses as (
    select
        dataset_id,
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(client_days * (client_days - 1)) as bigint) as pairs
    from block_uses
    group by dataset_id
),

pools as (
    select 'threshold' as pool, cast(threshold as double) as pool_threshold, phi_default
    from build_setting

    union all

    select 'half' as pool, cast(threshold as double) / 2 as pool_threshold, phi_default
    from build_setting

    union all

    select 'double' as pool, cast(threshold as double) * 2 as pool_threshold, phi_default
    from build_setting
),

members as (
    select
        pools.pool,
        uses.client_days,
        uses.pairs,
        cast(
            round(
                1e6 * cast(uses.client_days * (uses.client_days - 1) as double)
                * cast(totals.squared_days as double)
                / nullif(cast(totals.measured_days * totals.measured_days as double), 0e0)
            ) as bigint
        ) as chance_pairs_1e6
    from uses
    inner join totals on totals.dataset_id = uses.dataset_id
    inner join dim_dataset on dim_dataset.dataset_id = uses.dataset_id and dim_dataset.is_live
    cross join pools
    where cast(uses.client_days as double)
        <= 2 * pools.pool_threshold * cast(totals.measured_days as double) / 91.25e0
),

sums as (
    select
        pool,
        count(*) as dataset_count,
        cast(sum(client_days) as bigint) as pool_uses,
        cast(sum(pairs) as bigint) * 1000000 - cast(sum(chance_pairs_1e6) as bigint)
            as companions_1e6
    from members
    group by pool
)

select
    pools.pool,
    pools.pool_threshold,
    coalesce(sums.dataset_count, 0) as dataset_count,
    coalesce(sums.pool_uses, 0) as pool_uses,
    coalesce(sums.companions_1e6, 0) as companions_1e6,
    case
        when coalesce(sums.pool_uses, 0) < 200 then pools.phi_default
        when sums.companions_1e6 <= 0 then 1e0
        else 1e0 + cast(sums.companions_1e6 as double) / 1e6 / cast(sums.pool_uses as double)
    end as dispersion,
    coalesce(sums.pool_uses, 0) < 200 as is_default
from pools
left join sums on sums.pool = pools.pool
