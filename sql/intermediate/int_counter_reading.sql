-- The whole readings of each counter in their order, the last one of each day. A part of a reading
-- is none: what is absent from it may have been used.
--
-- grain: source, metric, reading_number
--
-- source          see stg_count_source
-- metric          see stg_counter_reading
-- metric_kind     see stg_count_pull
-- reading_number  1 for the first one, counting up
-- unit_id         see stg_counter_reading
-- first_date      day of the first count that was read, UTC
-- last_date       day of the last one: a slow reading takes days
-- hides_tail      it leaves out what is rare
-- subject_count   counts in it

with

read as (
    select
        unit_id,
        source,
        metric,
        min(read_at) as first_at,
        max(read_at) as last_at,
        count(*) as subject_count
    from stg_counter_reading
    group by unit_id, source, metric
),

ranked as (
    select
        read.source,
        read.metric,
        stg_count_pull.metric_kind,
        read.unit_id,
        cast(read.first_at as date) as first_date,
        cast(read.last_at as date) as last_date,
        read.last_at,
        stg_count_pull.hides_tail,
        read.subject_count,
        row_number() over (
            partition by read.source, read.metric, cast(read.last_at as date)
            order by read.last_at desc, read.unit_id desc
        ) as preference
    from read
    inner join stg_count_pull
        on stg_count_pull.unit_id = read.unit_id
        and stg_count_pull.source = read.source
        and stg_count_pull.metric = read.metric
    where stg_count_pull.is_whole
)

select
    source,
    metric,
    metric_kind,
    row_number() over (partition by source, metric order by last_at, unit_id) as reading_number,
    unit_id,
    first_date,
    last_date,
    hides_tail,
    subject_count
from ranked
where preference = 1
