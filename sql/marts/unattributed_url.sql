-- URLs that answered and belong to no dataset that we know of, biggest first. For the operator,
-- in the warehouse only: a path can say who asked.
--
-- grain: url_id
--
-- url_id       see stg_url
-- host         its host
-- path         its path
-- query        its query, as far as it is kept
-- hit_count    hits of the last 365 days with a good answer, own staff left out
-- client_days  clients of each log, day and kind, summed
-- url_rank     place by hits, from 1; the list ends at 1000

with

counted as (
    select
        int_url_day.url_id,
        cast(sum(int_url_day.hit_count) as bigint) as hit_count,
        cast(sum(int_url_day.client_days) as bigint) as client_days
    from int_url_day
    inner join dim_date on dim_date.day = int_url_day.day
    left join stg_url_target on stg_url_target.url_id = int_url_day.url_id
    where
        dim_date.days_before < 365
        and int_url_day.outcome = 'good'
        and int_url_day.visitor_kind <> 'own'
        and stg_url_target.url_id is null
    group by int_url_day.url_id
),

ranked as (
    select
        url_id,
        hit_count,
        client_days,
        row_number() over (order by hit_count desc, url_id) as url_rank
    from counted
)

select
    ranked.url_id,
    stg_url.host,
    stg_url.path,
    stg_url.query,
    ranked.hit_count,
    ranked.client_days,
    ranked.url_rank
from ranked
inner join stg_url on stg_url.url_id = ranked.url_id
where ranked.url_rank <= 1000
