-- Whether a dataset's data can be reached: errors since its last request, of the data resources
-- that are still in the catalogue, and of those of them whose last answer was an error. One dead
-- resource is enough, since others may lead to other data. Clients are known within a resource
-- and day only, so the resource with the most of them stands for its dataset's day.
--
-- grain: dataset_id
--
-- dataset_id         the dataset
-- last_request_date  last day with a request, UTC; null: none
-- error_client_days  client-days with an error for its data since the last request, or ever
-- last_error_date    last day with such an error, UTC; null: none
-- dead_client_days   those that got it from a resource whose last answer was an error
-- last_dead_date     last day with one of those, UTC; null: none

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
        int_answer_day.day,
        int_answer_day.last_good_at,
        int_answer_day.last_error_at,
        case
            when last_requests.last_request_date is null
                or int_answer_day.day > last_requests.last_request_date
                then int_answer_day.error_client_days
            when int_answer_day.day = last_requests.last_request_date
                then int_answer_day.late_error_client_days
            else 0
        end as error_client_days
    from int_answer_day
    inner join dim_date on dim_date.day = int_answer_day.day
    -- What has left the catalogue may well be dead.
    inner join dim_resource
        on dim_resource.resource_id = int_answer_day.resource_id
        and dim_resource.is_live
        and dim_resource.resource_role in ('data', 'service')
    left join last_requests on last_requests.dataset_id = int_answer_day.dataset_id
),

dead as (
    select dataset_id, resource_id
    from answers
    group by dataset_id, resource_id
    having max(last_error_at) > max(last_good_at) or max(last_good_at) is null
),

days as (
    select
        answers.dataset_id,
        answers.day,
        max(answers.error_client_days) as error_client_days,
        max(case when dead.resource_id is null then 0 else answers.error_client_days end)
            as dead_client_days
    from answers
    left join dead
        on dead.dataset_id = answers.dataset_id
        and dead.resource_id = answers.resource_id
    group by answers.dataset_id, answers.day
),

errors as (
    select
        dataset_id,
        cast(sum(error_client_days) as bigint) as error_client_days,
        max(day) filter (where error_client_days > 0) as last_error_date,
        cast(sum(dead_client_days) as bigint) as dead_client_days,
        max(day) filter (where dead_client_days > 0) as last_dead_date
    from days
    group by dataset_id
)

select
    coalesce(errors.dataset_id, last_requests.dataset_id) as dataset_id,
    last_requests.last_request_date,
    coalesce(errors.error_client_days, 0) as error_client_days,
    errors.last_error_date,
    coalesce(errors.dead_client_days, 0) as dead_client_days,
    errors.last_dead_date
from errors
full outer join last_requests on last_requests.dataset_id = errors.dataset_id
