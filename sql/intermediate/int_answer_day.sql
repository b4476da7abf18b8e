-- When a resource last answered well and when it last answered with an error, whoever asked:
-- a link checker's success also shows that a link works.
--
-- grain: dataset_id, resource_id, day
-- incremental: day
--
-- dataset_id     the dataset
-- resource_id    the resource; empty: the dataset as a whole
-- day            UTC day
-- last_good_at   last answer with data (200, 206, 304), UTC; null: none
-- last_error_at  last error (404, 410, 5xx), UTC; null: none

select
    stg_url_target.dataset_id,
    stg_url_target.resource_id,
    stg_hit.day,
    max(stg_hit.hit_at) filter (where stg_hit.status in (200, 206, 304)) as last_good_at,
    max(stg_hit.hit_at) filter (
        where stg_hit.status in (404, 410) or stg_hit.status between 500 and 599
    ) as last_error_at
from stg_hit
inner join build_day on build_day.day = stg_hit.day
inner join stg_unit on stg_unit.unit_id = stg_hit.unit_id
inner join stg_url_target on stg_url_target.url_id = stg_hit.url_id
inner join int_url on int_url.url_id = stg_hit.url_id
inner join int_log_host
    on int_log_host.log = stg_unit.log
    and int_log_host.host = int_url.host
where
    int_log_host.is_counted
    and stg_hit.method in ('GET', 'HEAD', 'POST')
    and stg_url_target.dataset_id <> ''
    and stg_url_target.usage_kind = 'request'
    and (
        stg_hit.status in (200, 206, 304, 404, 410)
        or stg_hit.status between 500 and 599
    )
group by stg_url_target.dataset_id, stg_url_target.resource_id, stg_hit.day
