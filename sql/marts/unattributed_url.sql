-- URLs that answered and belong to no dataset that we know of, or to several equally, so that use
-- may be missing. For the operator, in the warehouse only: a path can say who asked. The command
-- `ingest unattributed` makes thousands of tiles one line.
--
-- grain: url_id
-- stored: no
--
-- url_id       see stg_url
-- host         its host
-- path         its path; empty: forgotten with its hits
-- query        its query, as far as it is kept
-- rule         the rule that found several datasets; empty: no rule found any
-- hit_count    hits of the last 365 days with a good answer, by readers and their programs
-- client_days  clients of each log, day and kind, summed

with

counted as (
    select
        int_url_day.url_id,
        cast(sum(int_url_day.hit_count) as bigint) as hit_count,
        cast(sum(int_url_day.client_days) as bigint) as client_days
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
)

select
    counted.url_id,
    stg_url.host,
    stg_url.path,
    stg_url.query,
    coalesce(stg_url_target.rule, '') as rule,
    counted.hit_count,
    counted.client_days
from counted
inner join stg_url on stg_url.url_id = counted.url_id
left join stg_url_target
    on stg_url_target.url_id = counted.url_id
    and stg_url_target.dataset_id = ''
