-- What a log and a source of counts say of the same datasets on the same days: how much of what the
-- log saw the source counted, in all and by publisher. The log has machines and hot links, which no
-- tag on a page sees, so a ratio well below 1 is no fault of either.
--
-- A publisher with few datasets in common says little of itself. Its ratio is therefore also given
-- drawn towards the common one, as far as its own evidence is thin. With n the client-days of the
-- log and s the counts of dataset i of publisher p, N and S their sums, r = S_p/N_p, R = S/N, m
-- datasets, k publishers, and chance's part C = (S + 1)/N as of a count:
--     datasets of a publisher  σ² = max(0, Σs²/n − ΣS_p²/N_p − C·(m − k)) / (N − Σ_p Σn²/N_p),
--     publishers               τ² = max(0, ΣS_p²/N_p − S²/N − C·(k − 1) − σ²·(Σ_p Σn²/N_p − Σn²/N))
--                                  / (N − ΣN_p²/N),
--     variance of r            v = σ²·Σn²/N_p² + C/N_p, of R: σ²·Σn²/N² + τ²·ΣN_p²/N² + C/N,
--     drawn ratio              R + B·(r − R), B = τ²/(τ² + v), of variance B·v + (1 − B)²·var R:
-- the method of moments, with an effect of publishers and one of datasets. Intervals are the
-- estimate and 1.96 standard errors on either side, and end at 0.
--
-- grain: source, metric_kind, scope, publisher_id
--
-- source         name of the source of counts
-- metric_kind    files (requests) or pages (visits of pages)
-- scope          all, or publisher
-- publisher_id   see dim_publisher; empty: none, or all
-- publisher      the publisher's title; null: likewise
-- dataset_count  datasets in common that the log saw used
-- log_count      client-days of the log
-- count_low      what the source counted of them, at least
-- count_high     the same, at most, as an upper limit has it
-- ratio          count_high / log_count
-- ratio_low      low end of its 95 % interval
-- ratio_high     high end of it
-- drawn_ratio    the same, drawn towards the common ratio; of all: the ratio
-- drawn_low      low end of its 95 % interval
-- drawn_high     high end of it
-- own_weight     B, weight of the publisher's own ratio, 0 to 1; of all: null

with

datasets as (
    select
        int_count_common.source,
        int_count_common.metric_kind,
        coalesce(dim_dataset.publisher_id, '') as publisher_id,
        dim_dataset.publisher,
        int_count_common.log_count,
        int_count_common.source_low,
        int_count_common.source_high
    from int_count_common
    inner join dim_dataset on dim_dataset.dataset_id = int_count_common.dataset_id
),

-- Sums of whole numbers are the same in any order; quotients are counted in thousandths.
publishers as (
    select
        source,
        metric_kind,
        publisher_id,
        max(publisher) as publisher,
        count(*) as dataset_count,
        cast(sum(log_count) as bigint) as log_count,
        cast(sum(source_low) as bigint) as count_low,
        cast(sum(source_high) as bigint) as count_high,
        cast(sum(log_count * log_count) as bigint) as log_squares,
        cast(
            sum(
                cast(
                    round(
                        1e3 * cast(source_high as double) * cast(source_high as double)
                        / cast(log_count as double)
                    ) as bigint
                )
            ) as bigint
        ) as dataset_parts_1e3
    from datasets
    group by source, metric_kind, publisher_id
),

sums as (
    select
        source,
        metric_kind,
        cast(sum(dataset_count) as bigint) as dataset_count,
        cast(count(*) as double) as publisher_count,
        cast(sum(log_count) as bigint) as log_count,
        cast(sum(count_low) as bigint) as count_low,
        cast(sum(count_high) as bigint) as count_high,
        cast(cast(sum(log_squares) as bigint) as double) as log_squares,
        cast(cast(sum(log_count * log_count) as bigint) as double) as publisher_squares,
        cast(cast(sum(dataset_parts_1e3) as bigint) as double) / 1e3 as dataset_parts,
        cast(
            cast(
                sum(
                    cast(
                        round(
                            1e3 * cast(count_high as double) * cast(count_high as double)
                            / cast(log_count as double)
                        ) as bigint
                    )
                ) as bigint
            ) as double
        ) / 1e3 as publisher_parts,
        cast(
            cast(
                sum(
                    cast(
                        round(1e3 * cast(log_squares as double) / cast(log_count as double))
                        as bigint
                    )
                ) as bigint
            ) as double
        ) / 1e3 as inner_squares
    from publishers
    group by source, metric_kind
),

inside as (
    select
        source,
        metric_kind,
        dataset_count,
        publisher_count,
        log_count,
        count_low,
        count_high,
        log_squares,
        publisher_squares,
        publisher_parts,
        inner_squares,
        cast(log_count as double) as log_sum,
        cast(count_high as double) / cast(log_count as double) as ratio,
        cast(count_high + 1 as double) / cast(log_count as double) as chance,
        coalesce(
            (
                dataset_parts - publisher_parts
                - cast(count_high + 1 as double) / cast(log_count as double)
                    * (cast(dataset_count as double) - publisher_count)
            ) / nullif(cast(log_count as double) - inner_squares, 0e0),
            0e0
        ) as dataset_variance
    from sums
),

between_them as (
    select
        source,
        metric_kind,
        dataset_count,
        log_count,
        count_low,
        count_high,
        log_squares,
        publisher_squares,
        log_sum,
        ratio,
        chance,
        case when dataset_variance > 0e0 then dataset_variance else 0e0 end as dataset_variance,
        coalesce(
            (
                publisher_parts - ratio * ratio * log_sum
                - chance * (publisher_count - 1e0)
                - case when dataset_variance > 0e0 then dataset_variance else 0e0 end
                    * (inner_squares - log_squares / log_sum)
            ) / nullif(log_sum - publisher_squares / log_sum, 0e0),
            0e0
        ) as publisher_variance
    from inside
),

wholes as (
    select
        source,
        metric_kind,
        dataset_count,
        log_count,
        count_low,
        count_high,
        ratio,
        chance,
        dataset_variance,
        case when publisher_variance > 0e0 then publisher_variance else 0e0 end
            as publisher_variance,
        dataset_variance * log_squares / log_sum / log_sum
            + case when publisher_variance > 0e0 then publisher_variance else 0e0 end
                * publisher_squares / log_sum / log_sum
            + chance / log_sum as variance
    from between_them
),

own as (
    select
        publishers.source,
        publishers.metric_kind,
        publishers.publisher_id,
        publishers.publisher,
        publishers.dataset_count,
        publishers.log_count,
        publishers.count_low,
        publishers.count_high,
        cast(publishers.count_high as double) / cast(publishers.log_count as double) as ratio,
        wholes.dataset_variance * cast(publishers.log_squares as double)
                / cast(publishers.log_count as double) / cast(publishers.log_count as double)
            + wholes.chance / cast(publishers.log_count as double) as variance,
        wholes.publisher_variance,
        wholes.ratio as common_ratio,
        wholes.variance as common_variance
    from publishers
    inner join wholes
        on wholes.source = publishers.source
        and wholes.metric_kind = publishers.metric_kind
),

weighted as (
    select
        source,
        metric_kind,
        publisher_id,
        publisher,
        dataset_count,
        log_count,
        count_low,
        count_high,
        ratio,
        variance,
        common_ratio,
        common_variance,
        publisher_variance / (publisher_variance + variance) as own_weight
    from own
),

estimates as (
    select
        source,
        metric_kind,
        'publisher' as scope,
        publisher_id,
        publisher,
        dataset_count,
        log_count,
        count_low,
        count_high,
        ratio,
        1.96e0 * sqrt(variance) as reach,
        common_ratio + own_weight * (ratio - common_ratio) as drawn_ratio,
        1.96e0 * sqrt(
            own_weight * variance + (1e0 - own_weight) * (1e0 - own_weight) * common_variance
        ) as drawn_reach,
        own_weight
    from weighted

    union all

    select
        source,
        metric_kind,
        'all' as scope,
        '' as publisher_id,
        cast(null as varchar) as publisher,
        dataset_count,
        log_count,
        count_low,
        count_high,
        ratio,
        1.96e0 * sqrt(variance) as reach,
        ratio as drawn_ratio,
        1.96e0 * sqrt(variance) as drawn_reach,
        cast(null as double) as own_weight
    from wholes
)

select
    source,
    metric_kind,
    scope,
    publisher_id,
    publisher,
    dataset_count,
    log_count,
    count_low,
    count_high,
    round(ratio, 4) as ratio,
    case when ratio > reach then round(ratio - reach, 4) else 0e0 end as ratio_low,
    round(ratio + reach, 4) as ratio_high,
    round(drawn_ratio, 4) as drawn_ratio,
    case when drawn_ratio > drawn_reach then round(drawn_ratio - drawn_reach, 4) else 0e0 end
        as drawn_low,
    round(drawn_ratio + drawn_reach, 4) as drawn_high,
    round(own_weight, 4) as own_weight
from estimates
