-- URLs that answered, or that a tool counted, and that belong to no dataset that we know of, or to
-- several equally, so that use may be missing. For the operator, in the warehouse only: a path can
-- say who asked. The command `ingest unattributed` makes thousands of tiles one line. Sources see
-- the same visitors: their numbers are never added.
--
-- grain: source, url_id
-- stored: no
--
-- source       log, or the name of a source of counts
-- url_id       see stg_url
-- host         its host
-- path         its path; empty: forgotten with its hits
-- query        its query, as far as it is kept
-- rule         the rule that found several datasets; empty: no rule found any
-- hit_count    hits of the last 365 days with a good answer, by readers and their programs; null:
--     not by a log
-- client_days  clients of each log, day and kind, summed; null: likewise
-- counted      what the tool counted in these days; null: by a log

with

hits as (
    select
        'log' as source,
        int_url_day.url_id,
        cast(sum(int_url_day.hit_count) as bigint) as hit_count,
        cast(sum(int_url_day.client_days) as bigint) as client_days,
        cast(null as bigint) as counted
    from int_url_day
    inner join dim_date on dim_date.day = int_url_day.day
    inner join int_url
        on int_url.url_id = int_url_day.url_id
        and int_url.usage_kind = 'unattributed'
    where
        dim_date.days_before < 365
        and int_url_day.outcome = 'good'
        and int_url_day.visitor_kind in ('regular', 'machine', 'unclassified')
    group by int_url_day.url_id
),

counts as (
    select
        stg_usage_count.source,
        stg_usage_count.url_id,
        cast(null as bigint) as hit_count,
        cast(null as bigint) as client_days,
        cast(sum(stg_usage_count.value) as bigint) as counted
    from stg_usage_count
    inner join int_count_period
        on int_count_period.unit_id = stg_usage_count.unit_id
        and int_count_period.source = stg_usage_count.source
        and int_count_period.metric = stg_usage_count.metric
        and int_count_period.period_start = stg_usage_count.period_start
        and int_count_period.period_end = stg_usage_count.period_end
    cross join build_setting
    inner join int_url
        on int_url.url_id = stg_usage_count.url_id
        and int_url.usage_kind = 'unattributed'
    where
        int_count_period.period_end <= build_setting.as_of_date
        and int_count_period.period_start
            > cast(build_setting.as_of_date - interval '365' day as date)
        and stg_usage_count.value > 0
    group by stg_usage_count.source, stg_usage_count.url_id
),

found as (
    select source, url_id, hit_count, client_days, counted
    from hits

    union all

    select source, url_id, hit_count, client_days, counted
    from counts
)

select
    found.source,
    found.url_id,
    stg_url.host,
    stg_url.path,
    stg_url.query,
    coalesce(stg_url_target.rule, '') as rule,
    found.hit_count,
    found.client_days,
    found.counted
from found
inner join stg_url on stg_url.url_id = found.url_id
left join stg_url_target
    on stg_url_target.url_id = found.url_id
    and stg_url_target.dataset_id = ''
