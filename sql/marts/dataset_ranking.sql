-- The datasets in order of their use, by rates that are drawn towards the common one as far as
-- their own evidence is thin: three uses in the first three days of a dataset do not make it the
-- most used. The raw numbers stand beside.
--
-- Empirical Bayes with a gamma prior, k ~ Poisson(e·rate), and the prior's mean and variance by the
-- method of moments, as R. J. Marshall, Mapping disease and mortality rates using empirical Bayes
-- estimators, Applied Statistics 40 (1991), has it. With φ the dispersion of use (see
-- dataset_status), k client-days and e days of each dataset, r = k/e:
--     m = Σk / Σe,  s² = Σ e·(r − m)² / Σe = Σ k²/e / Σe − m²,
--     A = max(0, s² − φ·m / mean e),  w = A·e / (A·e + φ·m),  shrunk rate = m + w·(r − m).
-- That is the mean (k/φ + a) / (e/φ + b) of the posterior, with a = m²/A and b = m/A. Where rates
-- differ no more than chance has it (A = 0), as with one dataset, all get m; nobody used any: 0.
--
-- grain: dataset_id
--
-- dataset_id               see dim_dataset
-- usage_rank               place, from 1: by shrunk rate, then uses, then name
-- name                     name in the catalogue's URLs
-- title                    title as shown to people
-- publisher_id             see dim_publisher; null: none
-- publisher                the publisher's title
-- basis                    measured (all hosts of its data), or seen (any) if no day was
-- uses                     client-days with a request on the days of that basis
-- days                     days of that basis in the 365 days to as_of_date
-- raw_rate_per_quarter     uses per 91.25 of these days
-- shrunk_rate_per_quarter  the same, drawn towards the common rate
-- own_weight               w, weight of its own rate, 0 to 1; the rest is the common rate's
-- common_rate_per_quarter  m, uses per 91.25 days of all datasets together

with

evidence as (
    select
        dataset_id,
        name,
        title,
        publisher_id,
        publisher,
        case when measured_days > 0 then 'measured' else 'seen' end as basis,
        case when measured_days > 0 then uses else seen_uses end as uses,
        case when measured_days > 0 then measured_days else seen_days end as days,
        dispersion
    from dataset_status
    where measured_days > 0 or seen_days > 0
),

-- Sums of whole numbers are the same in any order; r·k is counted in millionths.
sums as (
    select
        count(*) as dataset_count,
        cast(sum(uses) as double) as uses,
        cast(sum(days) as double) as days,
        cast(
            cast(
                sum(
                    cast(
                        round(
                            1e6 * cast(uses as double) * cast(uses as double)
                            / nullif(cast(days as double), 0e0)
                        ) as bigint
                    )
                ) as bigint
            ) as double
        ) / 1e6 as rate_uses,
        max(dispersion) as dispersion
    from evidence
),

moments as (
    select
        uses / nullif(days, 0e0) as common_rate,
        dispersion,
        rate_uses / nullif(days, 0e0)
            - uses / nullif(days, 0e0) * uses / nullif(days, 0e0)
            - dispersion * uses / nullif(days, 0e0) * cast(dataset_count as double)
                / nullif(days, 0e0) as excess
    from sums
),

weighted as (
    select
        evidence.dataset_id,
        evidence.name,
        evidence.title,
        evidence.publisher_id,
        evidence.publisher,
        evidence.basis,
        evidence.uses,
        evidence.days,
        cast(evidence.uses as double) / nullif(cast(evidence.days as double), 0e0) as raw_rate,
        moments.common_rate,
        case
            when moments.excess > 0e0
                then moments.excess * cast(evidence.days as double)
                / (
                    moments.excess * cast(evidence.days as double)
                    + moments.dispersion * moments.common_rate
                )
            else 0e0
        end as own_weight
    from evidence
    cross join moments
),

shrunk as (
    select
        dataset_id,
        name,
        title,
        publisher_id,
        publisher,
        basis,
        uses,
        days,
        round(91.25e0 * raw_rate, 2) as raw_rate_per_quarter,
        round(91.25e0 * (common_rate + own_weight * (raw_rate - common_rate)), 4)
            as shrunk_rate_per_quarter,
        round(own_weight, 4) as own_weight,
        round(91.25e0 * common_rate, 2) as common_rate_per_quarter
    from weighted
)

select
    dataset_id,
    row_number() over (
        order by shrunk_rate_per_quarter desc, uses desc, name, dataset_id
    ) as usage_rank,
    name,
    title,
    publisher_id,
    publisher,
    basis,
    uses,
    days,
    raw_rate_per_quarter,
    shrunk_rate_per_quarter,
    own_weight,
    common_rate_per_quarter
from shrunk
