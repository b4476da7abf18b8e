-- How use is spread over the datasets, as the points of a Lorenz curve: the least used part of
-- them, and its share of all use. Records of one dataset count once; datasets of which no day was
-- measured are left out, since their use is not known to be nothing.
--
-- grain: period, point_number
--
-- period         trailing_year, or the quarter's label; see dataset_usage
-- point_number   from 0, where both shares are 0, to at most 100, where both are 1
-- dataset_count  datasets up to this point, the least used first
-- client_days    their client-days
-- dataset_share  their share of the datasets, 0 to 1
-- use_share      their share of the client-days, 0 to 1; null: nobody used any

with

ordered as (
    select
        period,
        row_number() over (partition by period order by client_days, group_id) as place,
        cast(
            sum(client_days) over (
                partition by period
                order by client_days, group_id
                rows between unbounded preceding and current row
            ) as bigint
        ) as client_days
    from int_group_use
    where live_records > 0 and is_measured
),

totals as (
    select period, count(*) as dataset_count, max(client_days) as client_days
    from ordered
    group by period
),

-- The last dataset of each hundredth.
hundredths as (
    select
        ordered.period,
        cast(
            ceil(
                cast(100 * ordered.place as double)
                / nullif(cast(totals.dataset_count as double), 0e0)
            ) as bigint
        ) as hundredth,
        max(ordered.place) as dataset_count,
        max(ordered.client_days) as client_days
    from ordered
    inner join totals on totals.period = ordered.period
    group by
        ordered.period,
        cast(
            ceil(
                cast(100 * ordered.place as double)
                / nullif(cast(totals.dataset_count as double), 0e0)
            ) as bigint
        )
),

points as (
    select period, 0 as hundredth, 0 as dataset_count, 0 as client_days
    from totals

    union all

    select period, hundredth, dataset_count, client_days
    from hundredths
)

select
    points.period,
    row_number() over (partition by points.period order by points.hundredth) - 1 as point_number,
    cast(points.dataset_count as bigint) as dataset_count,
    cast(points.client_days as bigint) as client_days,
    round(
        cast(points.dataset_count as double) / nullif(cast(totals.dataset_count as double), 0e0),
        4
    ) as dataset_share,
    round(
        cast(points.client_days as double) / nullif(cast(totals.client_days as double), 0e0),
        4
    ) as use_share
from points
inner join totals on totals.period = points.period
