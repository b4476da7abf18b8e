-- How much of all use a source of counts sees, from low to high: its detection share. It is that of
-- the configuration or, where none is given, measured on the datasets that a log measured on the
-- same days. Datasets differ in it: one is used by programs, which no tag sees, another by people
-- who consent. So the low end is the 5th percentile between datasets, not that of their mean, and a
-- dataset judged by it is wronged once in twenty.
--
-- Measured: of the datasets with 10 client-days or more in the log, at least 30 of them, the share
-- is r = count / client-days, at most 1 (a tool goes on to count who follows a broken link), with
-- the count that an upper limit takes. By the method of moments
--     m = mean of r,  s² = variance of r − mean of m·(1 − m) / client-days (chance's part),
-- and the percentile that of a gamma distribution, by Wilson and Hilferty's cube (1931): with the
-- coefficient of variation c = s/m, m·(1 − c²/9 ∓ 1.645·c/3)³. It is 0.04 m where c = 1 (exactly
-- 0.05), and nothing is proven by absence where c is above 1.43.
--
-- A share ends at 1, and some datasets may be used by programs alone: the lower half of the shares
-- then reaches further down than a gamma of the same m and s. So the low end is never above the 5th
-- percentile of the shares themselves, which is the floor(0.05·(n + 1))-th of n. It is taken of the
-- datasets of which 20 uses or more should have been counted (m·client-days), or else chance would
-- make most of it; of all, where these are fewer than 30.
--
-- grain: source, metric_kind
--
-- source         see stg_count_source
-- metric_kind    files (requests) or pages (visits of pages)
-- share_low      low end, 0 to 1; null: not known, so that absence proves nothing
-- share_high     high end, 0 to 1; null: not known
-- share_mean     what a dataset's share is on average; null: not known
-- share_basis    configured, measured, or unknown
-- dataset_count  datasets in common from which it could be measured
-- variation      coefficient of variation between them, without chance's part; null: none

with

shares as (
    select
        source,
        metric_kind,
        cast(log_count as double) as log_count,
        case
            when source_high > log_count then 1e0
            else cast(source_high as double) / cast(log_count as double)
        end as share
    from int_count_common
    where log_count >= 10
),

-- Sums are of millionths, which add up to the same in any order.
sums as (
    select
        source,
        metric_kind,
        count(*) as dataset_count,
        cast(sum(cast(round(1e6 * share) as bigint)) as bigint) as share_1e6,
        cast(sum(cast(round(1e6 * share * share) as bigint)) as bigint) as square_1e6,
        cast(sum(cast(round(1e6 / log_count) as bigint)) as bigint) as inverse_1e6
    from shares
    group by source, metric_kind
),

means as (
    select
        source,
        metric_kind,
        dataset_count,
        cast(share_1e6 as double) / 1e6 / cast(dataset_count as double) as mean,
        cast(square_1e6 as double) / 1e6 / cast(dataset_count as double) as mean_square,
        cast(inverse_1e6 as double) / 1e6 / cast(dataset_count as double) as mean_inverse
    from sums
),

variances as (
    select
        source,
        metric_kind,
        dataset_count,
        mean,
        (mean_square - mean * mean) * cast(dataset_count as double)
            / nullif(cast(dataset_count - 1 as double), 0e0)
            - case when mean < 1e0 then mean * (1e0 - mean) * mean_inverse else 0e0 end
            as variance
    from means
),

variations as (
    select
        source,
        metric_kind,
        dataset_count,
        mean,
        case when variance > 0e0 then sqrt(variance) / nullif(mean, 0e0) else 0e0 end as variation
    from variances
),

ranked as (
    select
        shares.source,
        shares.metric_kind,
        shares.share,
        row_number() over (
            partition by shares.source, shares.metric_kind
            order by shares.share
        ) as place,
        count(*) over (partition by shares.source, shares.metric_kind) as dataset_count,
        shares.log_count * means.mean >= 20e0 as is_certain,
        row_number() over (
            partition by
                shares.source,
                shares.metric_kind,
                case when shares.log_count * means.mean >= 20e0 then 1 else 0 end
            order by shares.share
        ) as certain_place,
        count(*) over (
            partition by
                shares.source,
                shares.metric_kind,
                case when shares.log_count * means.mean >= 20e0 then 1 else 0 end
        ) as certain_count
    from shares
    inner join means
        on means.source = shares.source
        and means.metric_kind = shares.metric_kind
),

fifths as (
    select
        source,
        metric_kind,
        coalesce(
            max(
                case
                    when is_certain and certain_count >= 30
                        and certain_place = cast(floor(
                            cast(certain_count + 1 as double) / 20e0
                        ) as bigint) then share
                end
            ),
            max(
                case
                    when place = cast(floor(cast(dataset_count + 1 as double) / 20e0) as bigint)
                        then share
                end
            )
        ) as share
    from ranked
    group by source, metric_kind
),

-- From 1.43 on the base of the lower cube is negative.
fitted as (
    select
        source,
        metric_kind,
        dataset_count,
        mean,
        variation,
        case
            when 1e0 - variation * variation / 9e0
                - 1.6448536269514722e0 * variation / 3e0 <= 0e0 then 0e0
            else mean * power(
                1e0 - variation * variation / 9e0 - 1.6448536269514722e0 * variation / 3e0,
                3e0
            )
        end as share_low,
        mean * power(
            1e0 - variation * variation / 9e0 + 1.6448536269514722e0 * variation / 3e0,
            3e0
        ) as share_high
    from variations
),

measured as (
    select
        fitted.source,
        fitted.metric_kind,
        fitted.dataset_count,
        fitted.mean,
        fitted.variation,
        case when fifths.share < fitted.share_low then fifths.share else fitted.share_low end
            as share_low,
        fitted.share_high
    from fitted
    inner join fifths
        on fifths.source = fitted.source
        and fifths.metric_kind = fitted.metric_kind
),

kinds as (
    select distinct source, metric_kind
    from fct_count_day
    where metric_kind <> 'referrals'
),

configured as (
    select
        kinds.source,
        kinds.metric_kind,
        case kinds.metric_kind
            when 'pages' then stg_count_source.page_share_low
            else stg_count_source.request_share_low
        end as share_low,
        case kinds.metric_kind
            when 'pages' then stg_count_source.page_share_high
            else stg_count_source.request_share_high
        end as share_high
    from kinds
    left join stg_count_source on stg_count_source.source = kinds.source
)

select
    configured.source,
    configured.metric_kind,
    case
        when configured.share_low is not null then nullif(configured.share_low, 0e0)
        when measured.dataset_count < 30 then cast(null as double)
        when measured.share_low > 1e0 then 1e0
        else nullif(measured.share_low, 0e0)
    end as share_low,
    case
        when configured.share_low is not null then coalesce(configured.share_high, 1e0)
        when measured.dataset_count < 30 then cast(null as double)
        when measured.share_high > 1e0 or measured.mean > 1e0 then 1e0
        -- A gamma fits poorly where hardly any dataset is seen at all.
        when measured.share_high < measured.mean then measured.mean
        else measured.share_high
    end as share_high,
    case
        when configured.share_low is not null
            then (configured.share_low + coalesce(configured.share_high, 1e0)) / 2e0
        when measured.dataset_count < 30 then cast(null as double)
        when measured.mean > 1e0 then 1e0
        else measured.mean
    end as share_mean,
    case
        when configured.share_low is not null then 'configured'
        when measured.dataset_count >= 30 then 'measured'
        else 'unknown'
    end as share_basis,
    coalesce(measured.dataset_count, 0) as dataset_count,
    measured.variation
from configured
left join measured
    on measured.source = configured.source
    and measured.metric_kind = configured.metric_kind
