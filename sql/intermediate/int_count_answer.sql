-- The latest answer of each tool for each metric and period that the models reach. Readings of
-- counters are no answers for a period; see int_counter_reading.
--
-- grain: source, metric, period_start, period_end
--
-- source        see stg_count_source
-- metric        see stg_count_pull
-- metric_kind   see stg_count_pull
-- period_start  first day, in the tool's own zone
-- period_end    last day
-- unit_id       see stg_count_pull
-- is_final      the tool will change it no more
-- is_whole      everything that the tool knows of the period is in it, and nothing rare left out

with

counters as (
    select distinct source, metric
    from stg_counter_reading

    union

    select stg_count_pull.source, stg_count_pull.metric
    from stg_count_pull
    inner join stg_count_source on stg_count_source.source = stg_count_pull.source
    where stg_count_source.kind in ('ckan_tracking', 'counters')
)

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
