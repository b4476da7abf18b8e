-- No day of a source of counts is counted twice: of the periods that hold, none overlaps another of
-- the same metric. And the least use of a period is no more than the most. Returns the periods that
-- break it.
--
-- severity: error
--
-- source        the source
-- metric        the metric, or its kind
-- period_start  first day of the period
-- period_end    last day
-- other_start   first day of the one before that reaches into it; null: the least is above the most

with

periods as (
    select
        source,
        metric,
        period_start,
        period_end,
        max(period_end) over earlier as reached_date,
        max(period_start) over earlier as other_start
    from int_count_period
    window earlier as (
        partition by source, metric
        order by period_start, period_end rows between unbounded preceding and 1 preceding
    )
)

select source, metric, period_start, period_end, other_start
from periods
where period_start <= reached_date

union all

select source, metric_kind as metric, period_start, period_end, cast(null as date) as other_start
from fct_dataset_period
where value_low > value_high or value_low < 0
