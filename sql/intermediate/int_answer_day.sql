-- When a resource last answered with data and when it last answered with an error, whoever asked:
-- a link checker's success also shows that a link works.
--
-- grain: dataset_id, resource_id, day
-- incremental: day
--
-- dataset_id              the dataset
-- resource_id             the resource; empty: the dataset as a whole
-- day                     UTC day
-- last_good_at            last answer with data (200, 206, 304), UTC; null: none
-- last_error_at           last error (404, 410, 5xx), UTC; see int_error; null: none
-- error_client_days       distinct clients, without robots and staff, that got an error
-- late_error_client_days  those whose last error came after the dataset's last request that day

with

answers as (
    select
        stg_hit.url_id,
        stg_hit.day,
        max(stg_hit.hit_at) as last_good_at
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    inner join int_url on int_url.url_id = stg_hit.url_id
    inner join int_unit_host
        on int_unit_host.unit_id = stg_hit.unit_id
        and int_unit_host.host = int_url.host
        and int_unit_host.from_date <= stg_hit.day
        and (int_unit_host.to_date > stg_hit.day or int_unit_host.to_date is null)
    where
        int_url.usage_kind = 'request'
        and stg_hit.method in ('GET', 'HEAD', 'POST')
        and stg_hit.status in (200, 206, 304)
    group by stg_hit.url_id, stg_hit.day
),

error_days as (
    select distinct int_error.dataset_id, int_error.day
    from int_error
    inner join build_day on build_day.day = int_error.day
),

last_requests as (
    select
        int_session.dataset_id,
        int_session.day,
        max(int_session.last_request_at) as last_request_at
    from int_session
    inner join error_days
        on error_days.dataset_id = int_session.dataset_id
        and error_days.day = int_session.day
    where int_session.visitor_kind in ('regular', 'machine')
    group by int_session.dataset_id, int_session.day
),

both_kinds as (
    select
        stg_url_target.dataset_id,
        stg_url_target.resource_id,
        answers.day,
        answers.last_good_at,
        cast(null as timestamp) as last_error_at,
        0 as error_client_days,
        0 as late_error_client_days
    from answers
    inner join stg_url_target
        on stg_url_target.url_id = answers.url_id
        and stg_url_target.usage_kind = 'request'
        and stg_url_target.dataset_id <> ''

    union all

    select
        int_error.dataset_id,
        int_error.resource_id,
        int_error.day,
        cast(null as timestamp) as last_good_at,
        int_error.last_error_at,
        case when int_error.visitor_kind in ('regular', 'machine') then 1 else 0 end
            as error_client_days,
        case
            when int_error.visitor_kind in ('regular', 'machine')
                and (
                    last_requests.last_request_at is null
                    or int_error.last_error_at > last_requests.last_request_at
                ) then 1
            else 0
        end as late_error_client_days
    from int_error
    inner join build_day on build_day.day = int_error.day
    left join last_requests
        on last_requests.dataset_id = int_error.dataset_id
        and last_requests.day = int_error.day
)

select
    dataset_id,
    resource_id,
    day,
    max(last_good_at) as last_good_at,
    max(last_error_at) as last_error_at,
    cast(sum(error_client_days) as bigint) as error_client_days,
    cast(sum(late_error_client_days) as bigint) as late_error_client_days
from both_kinds
group by dataset_id, resource_id, day
