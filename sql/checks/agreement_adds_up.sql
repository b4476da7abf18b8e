-- What a log and a source of counts say of the same datasets is the same in all and by publisher:
-- the publishers' counts add up to the whole, every ratio lies in its interval, and a drawn one
-- between the publisher's own and the common one. Returns the sources that break it.
--
-- severity: error
--
-- source        the source
-- metric_kind   files or pages
-- log_count     client-days of the log, of all
-- publishers    the same, summed over the publishers
-- wrong_ratios  ratios outside their bounds

with

wholes as (
    select source, metric_kind, dataset_count, log_count, count_low, count_high, ratio
    from source_agreement
    where scope = 'all'
),

sums as (
    select
        source_agreement.source,
        source_agreement.metric_kind,
        cast(
            sum(case scope when 'publisher' then source_agreement.dataset_count else 0 end)
            as bigint
        ) as dataset_count,
        cast(
            sum(case scope when 'publisher' then source_agreement.log_count else 0 end) as bigint
        ) as log_count,
        cast(
            sum(case scope when 'publisher' then source_agreement.count_low else 0 end) as bigint
        ) as count_low,
        cast(
            sum(case scope when 'publisher' then source_agreement.count_high else 0 end) as bigint
        ) as count_high,
        count(*) filter (
            where
                not source_agreement.ratio between source_agreement.ratio_low
                    and source_agreement.ratio_high
                or not source_agreement.drawn_ratio between source_agreement.drawn_low
                    and source_agreement.drawn_high
                -- Published ratios are rounded to 0.0001.
                or (source_agreement.drawn_ratio - source_agreement.ratio)
                    * (source_agreement.drawn_ratio - wholes.ratio) > 0.0001e0
        ) as wrong_ratios
    from source_agreement
    left join wholes
        on wholes.source = source_agreement.source
        and wholes.metric_kind = source_agreement.metric_kind
    group by source_agreement.source, source_agreement.metric_kind
)

select
    sums.source,
    sums.metric_kind,
    wholes.log_count,
    sums.log_count as publishers,
    sums.wrong_ratios
from sums
left join wholes
    on wholes.source = sums.source
    and wholes.metric_kind = sums.metric_kind
where
    sums.wrong_ratios > 0
    or not coalesce(
        wholes.dataset_count = sums.dataset_count
            and wholes.log_count = sums.log_count
            and wholes.count_low = sums.count_low
            and wholes.count_high = sums.count_high,
        false
    )
