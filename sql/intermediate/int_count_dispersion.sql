-- How use clusters as a source of counts sees it: the dispersion of int_dispersion, from its own
-- counts. The pool is the same datasets near the threshold, whose counts are smaller by the share
-- of use that the source sees. Counts that come in periods longer than a week on average cannot be
-- laid into blocks of 28 days; then, and where the pool has fewer than 200 uses, it is the log's
-- dispersion, or the configured one where the log has none. Events cluster more than clients do, so
-- for them it is the larger one of both.
--
-- grain: window_label, scenario, source, metric_kind
--
-- window_label      see build_window
-- scenario          base, half or double (of requests), or page; see int_scenario
-- source            see stg_count_source
-- metric_kind       files (requests) or pages (visits of pages)
-- threshold         uses a quarter
-- pool_datasets     datasets in the pool
-- pool_uses         their uses
-- dispersion        the dispersion, at least 1
-- dispersion_basis  source, log, or default

with

scenarios as (
    select window_label, scenario, max(threshold) as threshold
    from int_scenario
    where scenario in ('base', 'half', 'double', 'page')
    group by window_label, scenario
),

wanted as (
    select
        scenarios.window_label,
        scenarios.scenario,
        scenarios.threshold,
        int_count_share.source,
        int_count_share.metric_kind,
        coalesce(int_count_share.share_mean, 1e0) as share_mean
    from int_count_share
    inner join scenarios
        on int_count_share.metric_kind
            = case scenarios.scenario when 'page' then 'pages' else 'files' end
),

lengths as (
    select
        source,
        metric_kind,
        cast(sum(date_diff('day', period_start, period_end) + 1) as double) as day_count,
        cast(count(*) as double) as period_count
    from int_count_period
    group by source, metric_kind

    union all

    select
        source,
        metric_kind,
        cast(date_diff('day', min(first_date), max(last_date)) as double) as day_count,
        cast(count(*) - 1 as double) as period_count
    from int_counter_reading
    group by source, metric_kind, metric
),

fine_sources as (
    select source, metric_kind
    from lengths
    group by source, metric_kind
    having bool_and(day_count <= 7e0 * period_count)
),

units as (
    select source, metric_kind, max(unit) as unit
    from fct_dataset_period
    group by source, metric_kind
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
        fct_dataset_period.dataset_id,
        block_days.window_label,
        fct_dataset_period.source,
        fct_dataset_period.metric_kind,
        block_days.block_number,
        sum(fct_dataset_period.value_high) as uses
    from fct_dataset_period
    inner join fine_sources
        on fine_sources.source = fct_dataset_period.source
        and fine_sources.metric_kind = fct_dataset_period.metric_kind
    inner join block_days on block_days.day = fct_dataset_period.period_end
    where
        fct_dataset_period.is_final
        and fct_dataset_period.is_high_known
        and fct_dataset_period.usage_kind
            = case fct_dataset_period.metric_kind
                when 'files' then 'request'
                else 'investigation'
            end
    group by
        fct_dataset_period.dataset_id,
        block_days.window_label,
        fct_dataset_period.source,
        fct_dataset_period.metric_kind,
        block_days.block_number
),

sums as (
    select
        dataset_id,
        window_label,
        source,
        metric_kind,
        sum(uses) as uses,
        sum(uses * (uses - 1)) as pair_count
    from block_uses
    group by dataset_id, window_label, source, metric_kind
),

candidates as (
    select
        sums.dataset_id,
        sums.window_label,
        sums.source,
        sums.metric_kind,
        sums.uses,
        sums.pair_count,
        int_count_window.known_days
    from sums
    inner join int_count_window
        on int_count_window.dataset_id = sums.dataset_id
        and int_count_window.window_label = sums.window_label
        and int_count_window.source = sums.source
        and int_count_window.metric_kind = sums.metric_kind
    where int_count_window.known_days > 0 and sums.uses >= 1
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
        candidates.source,
        candidates.metric_kind,
        blocks.block_number,
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
    inner join int_dataset_span
        on int_dataset_span.dataset_id = candidates.dataset_id
        and case candidates.metric_kind
            when 'pages' then int_dataset_span.portal_host
            else int_dataset_span.host_set
        end is not null
    inner join blocks
        on blocks.window_label = candidates.window_label
        and blocks.start_date < int_dataset_span.to_date
        and blocks.end_date >= int_dataset_span.from_date
),

block_exposures as (
    select
        parts.dataset_id,
        parts.window_label,
        parts.source,
        parts.metric_kind,
        parts.block_number,
        sum(totals.known_days - coalesce(earlier.known_days, 0)) as known_days
    from parts
    inner join int_count_total as totals
        on totals.source = parts.source
        and totals.metric_kind = parts.metric_kind
        and totals.day = parts.last_day
    left join int_count_total as earlier
        on earlier.source = parts.source
        and earlier.metric_kind = parts.metric_kind
        and earlier.day = parts.day_before
    group by
        parts.dataset_id,
        parts.window_label,
        parts.source,
        parts.metric_kind,
        parts.block_number
),

exposures as (
    select
        dataset_id,
        window_label,
        source,
        metric_kind,
        sum(known_days) as known_days,
        sum(known_days * known_days) as squared_days
    from block_exposures
    group by dataset_id, window_label, source, metric_kind
),

members as (
    select
        wanted.window_label,
        wanted.scenario,
        wanted.source,
        wanted.metric_kind,
        candidates.uses,
        candidates.pair_count,
        cast(round(
            1e6 * cast(candidates.uses * (candidates.uses - 1) as double)
            * cast(exposures.squared_days as double)
            / nullif(cast(exposures.known_days * exposures.known_days as double), 0e0)
        ) as bigint) as chance_pairs_1e6
    from wanted
    inner join candidates
        on candidates.window_label = wanted.window_label
        and candidates.source = wanted.source
        and candidates.metric_kind = wanted.metric_kind
    inner join exposures
        on exposures.dataset_id = candidates.dataset_id
        and exposures.window_label = candidates.window_label
        and exposures.source = candidates.source
        and exposures.metric_kind = candidates.metric_kind
    where
        exposures.known_days > 0
        and cast(candidates.uses as double)
            <= 2e0 * wanted.threshold * cast(candidates.known_days as double) / 91.25e0
                * wanted.share_mean
),

pools as (
    select
        window_label,
        scenario,
        source,
        metric_kind,
        count(*) as pool_datasets,
        cast(sum(uses) as bigint) as pool_uses,
        cast(sum(pair_count) as bigint) * 1000000 - cast(sum(chance_pairs_1e6) as bigint)
            as companions_1e6
    from members
    group by window_label, scenario, source, metric_kind
),

others as (
    select
        int_dispersion.window_label,
        int_dispersion.scenario,
        int_dispersion.dispersion,
        int_dispersion.is_default,
        build_setting.phi_default
    from int_dispersion
    cross join build_setting
),

chosen as (
    select
        wanted.window_label,
        wanted.scenario,
        wanted.source,
        wanted.metric_kind,
        wanted.threshold,
        coalesce(pools.pool_datasets, 0) as pool_datasets,
        coalesce(pools.pool_uses, 0) as pool_uses,
        case
            when pools.pool_uses >= 200 and pools.companions_1e6 > 0
                then 1e0
                    + cast(pools.companions_1e6 as double) / 1e6 / cast(pools.pool_uses as double)
            when pools.pool_uses >= 200 then 1e0
            when others.is_default then others.phi_default
            when units.unit = 'events' and others.phi_default > others.dispersion
                then others.phi_default
            else others.dispersion
        end as dispersion,
        case
            when pools.pool_uses >= 200 then 'source'
            when others.is_default then 'default'
            when units.unit = 'events' and others.phi_default > others.dispersion then 'default'
            else 'log'
        end as dispersion_basis
    from wanted
    inner join others
        on others.window_label = wanted.window_label
        and others.scenario = wanted.scenario
    left join units
        on units.source = wanted.source
        and units.metric_kind = wanted.metric_kind
    left join pools
        on pools.window_label = wanted.window_label
        and pools.scenario = wanted.scenario
        and pools.source = wanted.source
        and pools.metric_kind = wanted.metric_kind
)

select
    window_label,
    scenario,
    source,
    metric_kind,
    threshold,
    pool_datasets,
    pool_uses,
    dispersion,
    dispersion_basis
from chosen
