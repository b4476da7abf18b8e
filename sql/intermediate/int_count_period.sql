-- The answers of each tool that hold, so that no day is counted twice: the latest one of each
-- period, and of periods that overlap one length. Shorter ones stand for a longer one where they
-- cover all of its days and are as whole as it is (a month of days for the file of the month);
-- otherwise the longer one stands, and of equally long ones the earlier. What then falls away is
-- unknown unless others cover it.
--
-- grain: source, metric, period_start, period_end
--
-- source        see stg_count_source
-- metric        see stg_count_pull
-- metric_kind   see stg_count_pull
-- period_start  first day, in the tool's own zone
-- period_end    last day
-- unit_id       see stg_count_pull
-- is_final      the tool will change no answer of this kind for the period
-- is_whole      all that the tool counts of this kind was answered for the period, whole and
--     without hiding what is rare: what is absent is zero

with

metrics as (
    select source, metric_kind, count(distinct metric) as metric_count
    from int_count_answer
    group by source, metric_kind
),

periods as (
    select
        int_count_answer.source,
        int_count_answer.metric_kind,
        int_count_answer.period_start,
        int_count_answer.period_end,
        date_diff('day', int_count_answer.period_start, int_count_answer.period_end) + 1
            as day_count,
        bool_and(int_count_answer.is_final) as is_final,
        bool_and(int_count_answer.is_whole) and count(*) = max(metrics.metric_count) as is_whole
    from int_count_answer
    inner join metrics
        on metrics.source = int_count_answer.source
        and metrics.metric_kind = int_count_answer.metric_kind
    group by
        int_count_answer.source,
        int_count_answer.metric_kind,
        int_count_answer.period_start,
        int_count_answer.period_end
),

-- Days of periods are told apart from the first one, whether or not the models reach so far back.
shorter as (
    select
        long_ones.source,
        long_ones.metric_kind,
        long_ones.period_start,
        long_ones.period_end,
        long_ones.day_count,
        short_ones.period_start as short_start,
        short_ones.period_end as short_end
    from periods as long_ones
    inner join periods as short_ones
        on short_ones.source = long_ones.source
        and short_ones.metric_kind = long_ones.metric_kind
        and short_ones.period_start >= long_ones.period_start
        and short_ones.period_end <= long_ones.period_end
        and short_ones.day_count < long_ones.day_count
        and (short_ones.is_whole or not long_ones.is_whole)
    where long_ones.day_count > 1
),

-- Days of the longer period that the shorter ones leave between them, in order of their starts.
reaches as (
    select
        source,
        metric_kind,
        period_start,
        period_end,
        short_start,
        short_end,
        max(short_end) over (
            partition by source, metric_kind, period_start, period_end
            order by short_start, short_end
            rows between unbounded preceding and 1 preceding
        ) as reached_date
    from shorter
),

replaced as (
    select source, metric_kind, period_start, period_end
    from reaches
    group by source, metric_kind, period_start, period_end
    having
        min(short_start) = period_start
        and max(short_end) = period_end
        and bool_and(
            reached_date is null or short_start <= cast(reached_date + interval '1' day as date)
        )
),

standing as (
    select
        periods.source,
        periods.metric_kind,
        periods.period_start,
        periods.period_end,
        periods.day_count,
        periods.is_final,
        periods.is_whole
    from periods
    left join replaced
        on replaced.source = periods.source
        and replaced.metric_kind = periods.metric_kind
        and replaced.period_start = periods.period_start
        and replaced.period_end = periods.period_end
    where replaced.source is null
),

dropped as (
    select distinct
        standing.source,
        standing.metric_kind,
        standing.period_start,
        standing.period_end
    from standing
    inner join standing as others
        on others.source = standing.source
        and others.metric_kind = standing.metric_kind
        and others.period_start <= standing.period_end
        and others.period_end >= standing.period_start
        and others.day_count > 1
        and (
            others.day_count > standing.day_count
            or (
                others.day_count = standing.day_count
                and others.period_start < standing.period_start
            )
        )
)

select
    int_count_answer.source,
    int_count_answer.metric,
    int_count_answer.metric_kind,
    int_count_answer.period_start,
    int_count_answer.period_end,
    int_count_answer.unit_id,
    standing.is_final,
    standing.is_whole
from int_count_answer
inner join standing
    on standing.source = int_count_answer.source
    and standing.metric_kind = int_count_answer.metric_kind
    and standing.period_start = int_count_answer.period_start
    and standing.period_end = int_count_answer.period_end
left join dropped
    on dropped.source = int_count_answer.source
    and dropped.metric_kind = int_count_answer.metric_kind
    and dropped.period_start = int_count_answer.period_start
    and dropped.period_end = int_count_answer.period_end
where dropped.source is null
