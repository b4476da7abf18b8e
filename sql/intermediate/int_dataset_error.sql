-- Whether a dataset's data can be reached: errors since its last request, and how each of its
-- resources answered last. One dead resource is enough, since others may lead to other data.
--
-- grain: dataset_id
--
-- dataset_id            the dataset
-- last_request_date     last day with a request, UTC; null: none
-- error_client_days     client-days with an error for its data since the last request, or ever
-- last_error_date       last day with such an error, UTC
-- is_last_answer_error  a resource of it gave an error since, and no good answer after that

with

last_requests as (
    select dataset_id, max(day) as last_request_date
    from int_use_day
    where client_days > 0
    group by dataset_id
),

answers as (
    select
        int_answer_day.dataset_id,
        int_answer_day.resource_id,
        max(last_good_at) as last_good_at,
        max(last_error_at) as last_error_at
    from int_answer_day
    inner join dim_date on dim_date.day = int_answer_day.day
    -- What has left the catalogue may well be dead.
    inner join dim_resource
        on dim_resource.resource_id = int_answer_day.resource_id
        and dim_resource.is_live
    group by int_answer_day.dataset_id, int_answer_day.resource_id
),

broken as (
    select dataset_id, max(last_error_at) as last_error_at
    from answers
    where last_error_at is not null and (last_good_at is null or last_good_at < last_error_at)
    group by dataset_id
),

errors as (
    select
        int_use_day.dataset_id,
        cast(
            sum(
                case
                    when last_requests.last_request_date is null
                        or int_use_day.day > last_requests.last_request_date
                        then int_use_day.error_client_days
                    when int_use_day.day = last_requests.last_request_date
                        then int_use_day.late_error_client_days
                    else 0
                end
            ) as bigint
        ) as error_client_days,
        max(int_use_day.day) filter (where int_use_day.error_client_days > 0) as last_error_date
    from int_use_day
    left join last_requests on last_requests.dataset_id = int_use_day.dataset_id
    group by int_use_day.dataset_id
)

select
    errors.dataset_id,
    last_requests.last_request_date,
    errors.error_client_days,
    errors.last_error_date,
    broken.dataset_id is not null
        and (
            last_requests.last_request_date is null
            or cast(broken.last_error_at as date) >= last_requests.last_request_date
        ) as is_last_answer_error
from errors
left join last_requests on last_requests.dataset_id = errors.dataset_id
left join broken on broken.dataset_id = errors.dataset_id
