-- How much of all use few datasets make up, unused datasets included. Records of one dataset count
-- once; datasets of which no day was measured are left out, since their use is not known to be
-- nothing.
--
-- The Gini coefficient is Σ (2i − n − 1)·x_i / (n·Σ x_i) over the n datasets in order of their
-- client-days x_i, i from 1: 0 where all are used alike, near 1 where one has all the use.
--
-- grain: period
--
-- period                trailing_year, or the quarter's label; see dataset_usage
-- start_date            first day of the period, UTC
-- end_date              last day of the period that is in the data, UTC
-- dataset_count         datasets in the catalogue in the period, measured on any day of it
-- unused_count          those of them with no use
-- unmeasured_count      datasets in the catalogue that are left out
-- client_days           client-days with a request of the datasets counted
-- gini                  Gini coefficient with the unused ones, 0 to 1; null: nobody used any
-- top_1_percent_count   datasets in the most used 1 %, at least one
-- top_1_percent_share   their share of the client-days, 0 to 1; null: nobody used any
-- top_10_percent_count  datasets in the most used 10 %, at least one
-- top_10_percent_share  their share of the client-days, 0 to 1; null: nobody used any
-- count_for_80_percent  fewest datasets that have 80 % of the client-days; null: nobody used any
-- share_for_80_percent  their share of the datasets, 0 to 1; null: nobody used any

with

counted as (
    select
        period,
        client_days,
        row_number() over (partition by period order by client_days, group_id) as place,
        row_number() over (partition by period order by client_days desc, group_id) as top_place,
        cast(
            sum(client_days) over (
                partition by period
                order by client_days desc, group_id
                rows between unbounded preceding and current row
            ) as bigint
        ) as top_client_days,
        count(*) over (partition by period) as dataset_count,
        cast(sum(client_days) over (partition by period) as bigint) as all_client_days
    from int_group_use
    where live_records > 0 and is_measured
),

sums as (
    select
        period,
        max(dataset_count) as dataset_count,
        count(*) filter (where client_days = 0) as unused_count,
        max(all_client_days) as client_days,
        cast(sum((2 * place - dataset_count - 1) * client_days) as bigint) as weighted_days,
        cast(ceil(cast(max(dataset_count) as double) / 100e0) as bigint) as top_1_percent_count,
        cast(ceil(cast(max(dataset_count) as double) / 10e0) as bigint) as top_10_percent_count,
        -- Those before whom less than 80 % is reached.
        count(*) filter (
            where 10 * (top_client_days - client_days) < 8 * all_client_days
        ) as count_for_80_percent
    from counted
    group by period
),

tops as (
    select
        counted.period,
        max(
            case
                when counted.top_place = sums.top_1_percent_count then counted.top_client_days
            end
        ) as top_1_percent_days,
        max(
            case
                when counted.top_place = sums.top_10_percent_count then counted.top_client_days
            end
        ) as top_10_percent_days
    from counted
    inner join sums on sums.period = counted.period
    group by counted.period
),

periods as (
    select
        period,
        min(start_date) as start_date,
        max(end_date) as end_date,
        count(*) filter (where live_records > 0 and not is_measured) as unmeasured_count
    from int_group_use
    group by period
)

select
    periods.period,
    periods.start_date,
    periods.end_date,
    coalesce(sums.dataset_count, 0) as dataset_count,
    coalesce(sums.unused_count, 0) as unused_count,
    periods.unmeasured_count,
    coalesce(sums.client_days, 0) as client_days,
    round(
        cast(sums.weighted_days as double)
            / nullif(cast(sums.dataset_count * sums.client_days as double), 0e0),
        4
    ) as gini,
    coalesce(sums.top_1_percent_count, 0) as top_1_percent_count,
    round(
        cast(tops.top_1_percent_days as double) / nullif(cast(sums.client_days as double), 0e0),
        4
    ) as top_1_percent_share,
    coalesce(sums.top_10_percent_count, 0) as top_10_percent_count,
    round(
        cast(tops.top_10_percent_days as double) / nullif(cast(sums.client_days as double), 0e0),
        4
    ) as top_10_percent_share,
    nullif(sums.count_for_80_percent, 0) as count_for_80_percent,
    round(
        cast(nullif(sums.count_for_80_percent, 0) as double)
            / nullif(cast(sums.dataset_count as double), 0e0),
        4
    ) as share_for_80_percent
from periods
left join sums on sums.period = periods.period
left join tops on tops.period = periods.period
