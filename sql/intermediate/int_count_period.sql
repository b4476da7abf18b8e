-- The answers of each tool that hold, so that no day is counted twice: the latest one of each
-- period, and of periods that overlap one length. Shorter ones stand for a longer one where they
-- cover all of its days and are as whole as it is (a month of days for the file of the month);
-- otherwise the longer one stands, and of equally long ones the earlier. What then falls away is
-- unknown unless others cover it. Readings of counters are no periods; see int_counter_reading.
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

counters as (
    select distinct source, metric
    from stg_counter_reading

    union

    select stg_count_pull.source, stg_count_pull.metric
    from stg_count_pull
    inner join stg_count_source on stg_count_source.source = stg_count_pull.source
    where stg_count_source.kind in ('ckan_tracking', 'counters')
),

answers as (
    select
        stg_count_pull.source,
        stg_count_pull.metric,
        stg_count_pull.metric_kind,
        stg_count_pull.period_start,
        stg_count_pull.period_end,
        stg_count_pull.unit_id,
        stg_count_pull.is_final,
        stg_count_pull.is_whole and not stg_count_pull.hides_tail as is_whole
    from stg_count_pull
    cross join build_setting
    left join counters
        on counters.source = stg_count_pull.source
        and counters.metric = stg_count_pull.metric
    where
        stg_count_pull.is_latest
        and counters.source is null
        and stg_count_pull.period_start <= stg_count_pull.period_end
        and stg_count_pull.period_start <= build_setting.as_of_date
        and stg_count_pull.period_end >= build_setting.first_date
),

metrics as (
    select source, metric_kind, count(distinct metric) as metric_count
    from answers
    group by source, metric_kind
),

periods as (
    select
        answers.source,
        answers.metric_kind,
        answers.period_start,
        answers.period_end,
        date_diff('day', answers.period_start, answers.period_end) + 1 as day_count,
        bool_and(answers.is_final) as is_final,
        bool_and(answers.is_whole) and count(*) = max(metrics.metric_count) as is_whole
    from answers
    inner join metrics
        on metrics.source = answers.source
        and metrics.metric_kind = answers.metric_kind
    group by
        answers.source,
        answers.metric_kind,
        answers.period_start,
        answers.period_end
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
    answers.source,
    answers.metric,
    answers.metric_kind,
    answers.period_start,
    answers.period_end,
    answers.unit_id,
    standing.is_final,
    standing.is_whole
from answers
inner join standing
    on standing.source = answers.source
    and standing.metric_kind = answers.metric_kind
    and standing.period_start = answers.period_start
    and standing.period_end = answers.period_end
left join dropped
    on dropped.source = answers.source
    and dropped.metric_kind = answers.metric_kind
    and dropped.period_start = answers.period_start
    and dropped.period_end = answers.period_end
where dropped.source is null
