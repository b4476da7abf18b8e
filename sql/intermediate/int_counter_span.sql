-- Use of a dataset between two whole readings of a counter, where there was any or none is sure. A
-- rise is a lower limit. How much more there was stays open after a fall, under another name or
-- address (its counts are then another counter's, and prove nothing), and where a reading lacks it.
-- The first reading is where counting begins; what first appears in a later one may be older.
--
-- CKAN shows for a dataset the count of the one of its pages that was seen last, and a portal with
-- languages has several: a rise is then at least one visit, and how many there were stays open. So
-- it does while the count stands still above zero, once any dataset's has fallen under its name.
--
-- Counts of resources with one address are one count. A client may take several resources, so the
-- largest is the least that the dataset had, and all together the most.
--
-- grain: source, metric_kind, dataset_id, usage_kind, period_start, period_end
--
-- source        see stg_count_source
-- metric_kind   see fct_count_day
-- dataset_id    the dataset
-- usage_kind    request or investigation
-- period_start  day of the earlier reading, UTC; it lies in the span before as well
-- period_end    day of the later one; it lies in the next span as well
-- unit          client_days or events
-- value_low     least use: client-days; of events 1, since one client may have made them all
-- value_high    most use; null: open

with

readings as (
    select
        stg_counter_reading.source,
        int_counter_reading.metric_kind,
        stg_counter_reading.metric,
        stg_counter_reading.unit,
        stg_counter_reading.subject_kind,
        stg_counter_reading.subject,
        stg_counter_reading.url_id,
        stg_counter_reading.counted_as,
        cast(stg_counter_reading.read_at as date) as read_date,
        stg_counter_reading.value,
        int_counter_reading.reading_number,
        int_counter_reading.hides_tail,
        stg_counter_reading.subject_kind = 'dataset'
            and coalesce(stg_count_source.kind, '') = 'ckan_tracking' as is_last_page
    from stg_counter_reading
    left join stg_count_source on stg_count_source.source = stg_counter_reading.source
    inner join int_counter_reading
        on int_counter_reading.unit_id = stg_counter_reading.unit_id
        and int_counter_reading.source = stg_counter_reading.source
        and int_counter_reading.metric = stg_counter_reading.metric
),

steps as (
    select
        source,
        metric_kind,
        metric,
        unit,
        subject_kind,
        subject,
        url_id,
        counted_as,
        read_date,
        value,
        reading_number,
        hides_tail,
        is_last_page,
        lag(reading_number) over counts as earlier_number,
        lag(value) over counts as earlier_value,
        lag(counted_as) over counts as earlier_as,
        lag(read_date) over counts as earlier_date
    from readings
    window counts as (
        partition by source, metric, subject_kind, subject, url_id order by reading_number
    )
),

languages as (
    select distinct source
    from steps
    where is_last_page and counted_as = earlier_as and value < earlier_value
),

runs as (
    select
        steps.source,
        steps.metric_kind,
        steps.metric,
        steps.unit,
        steps.subject_kind,
        steps.subject,
        steps.url_id,
        steps.counted_as,
        steps.read_date,
        steps.value,
        sum(
            case
                when steps.value = steps.earlier_value
                    and steps.counted_as = steps.earlier_as
                    and steps.earlier_number = steps.reading_number - 1 then 0
                else 1
            end
        ) over (
            partition by steps.source, steps.metric, steps.subject
            order by steps.reading_number
        ) as run_number
    from steps
    inner join languages on languages.source = steps.source
    where steps.is_last_page
),

-- Most counters stand still: they need no row.
moves as (
    select
        steps.source,
        steps.metric_kind,
        steps.metric,
        steps.unit,
        steps.subject_kind,
        steps.subject,
        steps.url_id,
        steps.counted_as,
        coalesce(steps.earlier_date, earlier.first_date) as period_start,
        steps.read_date as period_end,
        case
            when steps.earlier_value is null or steps.counted_as <> steps.earlier_as then 0
            -- Other resources of the dataset may have had readings in between.
            when steps.subject_kind = 'resource' and steps.earlier_number < steps.reading_number - 1
                then 0
            when steps.is_last_page and steps.value > steps.earlier_value then 1
            when steps.value > steps.earlier_value then steps.value - steps.earlier_value
            else 0
        end as value_low,
        case
            when steps.is_last_page then cast(null as bigint)
            when steps.earlier_value is null and steps.hides_tail then cast(null as bigint)
            when steps.earlier_value is null then steps.value
            when steps.counted_as <> steps.earlier_as
                or steps.value < steps.earlier_value
                or steps.earlier_number < steps.reading_number - 1 then cast(null as bigint)
            else steps.value - steps.earlier_value
        end as value_high
    from steps
    left join int_counter_reading as earlier
        on earlier.source = steps.source
        and earlier.metric = steps.metric
        and earlier.reading_number = steps.reading_number - 1
    where
        steps.reading_number > 1
        and (
            steps.earlier_value is null
            or steps.value <> steps.earlier_value
            or steps.counted_as <> steps.earlier_as
            or steps.earlier_number < steps.reading_number - 1
        )
),

-- What is gone since an earlier reading: its count may have gone on unread.
ends as (
    select
        source,
        metric_kind,
        metric,
        unit,
        subject_kind,
        subject,
        url_id,
        max_by(counted_as, reading_number) as counted_as,
        max_by(read_date, reading_number) as read_date,
        max(reading_number) as reading_number
    from readings
    group by source, metric_kind, metric, unit, subject_kind, subject, url_id
),

last_readings as (
    select source, metric, max(reading_number) as reading_number, max(last_date) as last_date
    from int_counter_reading
    group by source, metric
),

spans as (
    select
        source,
        metric_kind,
        metric,
        unit,
        subject_kind,
        subject,
        url_id,
        counted_as,
        period_start,
        period_end,
        value_low,
        value_high
    from moves
    where value_high is null or value_high > 0

    union all

    select
        source,
        metric_kind,
        metric,
        max(unit) as unit,
        subject_kind,
        subject,
        url_id,
        counted_as,
        min(read_date) as period_start,
        max(read_date) as period_end,
        0 as value_low,
        cast(null as bigint) as value_high
    from runs
    where value > 0
    group by
        source,
        metric_kind,
        metric,
        subject_kind,
        subject,
        url_id,
        counted_as,
        run_number
    having count(*) > 1

    union all

    select
        ends.source,
        ends.metric_kind,
        ends.metric,
        ends.unit,
        ends.subject_kind,
        ends.subject,
        ends.url_id,
        ends.counted_as,
        ends.read_date as period_start,
        last_readings.last_date as period_end,
        0 as value_low,
        cast(null as bigint) as value_high
    from ends
    inner join last_readings
        on last_readings.source = ends.source
        and last_readings.metric = ends.metric
        and last_readings.reading_number > ends.reading_number
),

resources as (
    select
        stg_resource.resource_id,
        max_by(stg_resource.dataset_id, stg_resource.version_number) as dataset_id,
        max_by(coalesce(stg_resource_role.resource_role, ''), stg_resource.version_number)
            as resource_role
    from stg_resource
    left join stg_resource_role
        on stg_resource_role.resource_id = stg_resource.resource_id
        and stg_resource_role.version_hash = stg_resource.version_hash
    group by stg_resource.resource_id
),

credited as (
    select
        spans.source,
        spans.metric_kind,
        spans.metric,
        spans.unit,
        spans.subject as dataset_id,
        case spans.metric_kind when 'pages' then 'investigation' else 'request' end as usage_kind,
        spans.subject as count_key,
        spans.period_start,
        spans.period_end,
        spans.value_low,
        spans.value_high
    from spans
    where spans.subject_kind = 'dataset'

    union all

    select
        spans.source,
        spans.metric_kind,
        spans.metric,
        spans.unit,
        resources.dataset_id,
        case
            when spans.metric_kind = 'pages' then 'investigation'
            when resources.resource_role in ('data', 'service') then 'request'
            else 'investigation'
        end as usage_kind,
        case spans.counted_as when '' then spans.subject else spans.counted_as end as count_key,
        spans.period_start,
        spans.period_end,
        spans.value_low,
        spans.value_high
    from spans
    inner join resources on resources.resource_id = spans.subject
    where spans.subject_kind = 'resource'

    union all

    select
        spans.source,
        spans.metric_kind,
        spans.metric,
        spans.unit,
        stg_url_target.dataset_id,
        case
            when spans.metric_kind = 'pages' then 'investigation'
            -- A portal counts files under the page of their dataset, and who follows a link to a
            -- service.
            when
                stg_url_target.resource_id = ''
                or stg_url_target.rule in ('service_call', 'layer_name')
                then 'request'
            else stg_url_target.usage_kind
        end as usage_kind,
        cast(spans.url_id as varchar) as count_key,
        spans.period_start,
        spans.period_end,
        spans.value_low,
        spans.value_high
    from spans
    inner join stg_url_target on stg_url_target.url_id = spans.url_id
    where
        spans.subject_kind = 'url'
        and stg_url_target.dataset_id <> ''
        and stg_url_target.usage_kind in ('request', 'investigation')
),

counts as (
    select
        source,
        metric_kind,
        dataset_id,
        usage_kind,
        period_start,
        period_end,
        max(unit) as unit,
        max(case when unit = 'events' and value_low > 1 then 1 else value_low end) as value_low,
        max(value_high) as value_high,
        bool_or(value_high is null) as is_open
    from credited
    group by
        source,
        metric_kind,
        metric,
        dataset_id,
        usage_kind,
        count_key,
        period_start,
        period_end
)

select
    source,
    metric_kind,
    dataset_id,
    usage_kind,
    period_start,
    period_end,
    max(unit) as unit,
    cast(max(value_low) as bigint) as value_low,
    case when not bool_or(is_open) then cast(sum(value_high) as bigint) end as value_high
from counts
group by source, metric_kind, dataset_id, usage_kind, period_start, period_end
