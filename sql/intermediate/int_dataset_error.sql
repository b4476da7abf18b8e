-- Whether a dataset's data could be reached at the end of a window: errors since its last request,
-- of the data resources that were in the catalogue then, and of those of them whose last answer
-- was an error. One dead resource is enough, since others may lead to other data. Clients are
-- known within a resource and day only, so the resource with the most of them stands for its
-- dataset's day.
--
-- grain: dataset_id, window_label
--
-- dataset_id         the dataset
-- window_label       the current window or a quarter's; see build_window
-- last_request_date  last day with a request up to the window's end, UTC; null: none
-- error_client_days  client-days with an error for its data since the last request, or ever
-- last_error_date    last day with such an error, UTC; null: none
-- dead_client_days   those that got it from a resource whose last answer was an error
-- last_dead_date     last day with one of those, UTC; null: none

with

windows as (
    select window_label, end_date
    from build_window
    where window_kind <> 'earlier'
),

last_requests as (
    select
        int_use_total.dataset_id,
        windows.window_label,
        max(int_use_total.last_request_date) as last_request_date
    from int_use_total
    inner join windows on windows.end_date >= int_use_total.segment_date
    where int_use_total.last_request_date is not null
    group by int_use_total.dataset_id, windows.window_label
),

-- What had left the catalogue may well be dead.
live_resources as (
    select distinct stg_resource.resource_id, windows.window_label
    from stg_resource
    inner join stg_resource_role
        on stg_resource_role.resource_id = stg_resource.resource_id
        and stg_resource_role.version_hash = stg_resource.version_hash
    inner join windows
        on windows.end_date >= cast(stg_resource.valid_from as date)
        and (
            stg_resource.valid_to is null
            or windows.end_date < cast(stg_resource.valid_to as date)
        )
    where
        not stg_resource.is_gone
        and stg_resource_role.resource_role in ('data', 'service')
),

segment_answers as (
    select
        int_answer_day.dataset_id,
        int_answer_day.resource_id,
        int_segment.segment_date,
        max(int_answer_day.last_good_at) as last_good_at,
        max(int_answer_day.last_error_at) as last_error_at
    from int_answer_day
    inner join int_segment on int_segment.day = int_answer_day.day
    group by int_answer_day.dataset_id, int_answer_day.resource_id, int_segment.segment_date
),

dead as (
    select segment_answers.dataset_id, segment_answers.resource_id, windows.window_label
    from segment_answers
    inner join windows on windows.end_date >= segment_answers.segment_date
    group by segment_answers.dataset_id, segment_answers.resource_id, windows.window_label
    having
        max(segment_answers.last_error_at) > max(segment_answers.last_good_at)
        or max(segment_answers.last_good_at) is null
),

failed as (
    select
        int_answer_day.dataset_id,
        live_resources.window_label,
        int_answer_day.day,
        case
            when last_requests.last_request_date is null
                or int_answer_day.day > last_requests.last_request_date
                then int_answer_day.error_client_days
            when int_answer_day.day = last_requests.last_request_date
                then int_answer_day.late_error_client_days
            else 0
        end as error_client_days,
        dead.resource_id is not null as is_dead
    from int_answer_day
    inner join dim_date on dim_date.day = int_answer_day.day
    inner join live_resources on live_resources.resource_id = int_answer_day.resource_id
    inner join windows
        on windows.window_label = live_resources.window_label
        and windows.end_date >= int_answer_day.day
    left join last_requests
        on last_requests.dataset_id = int_answer_day.dataset_id
        and last_requests.window_label = live_resources.window_label
    left join dead
        on dead.dataset_id = int_answer_day.dataset_id
        and dead.resource_id = int_answer_day.resource_id
        and dead.window_label = live_resources.window_label
    where int_answer_day.error_client_days > 0
),

days as (
    select
        dataset_id,
        window_label,
        day,
        max(error_client_days) as error_client_days,
        max(case when is_dead then error_client_days else 0 end) as dead_client_days
    from failed
    group by dataset_id, window_label, day
),

errors as (
    select
        dataset_id,
        window_label,
        cast(sum(error_client_days) as bigint) as error_client_days,
        max(day) filter (where error_client_days > 0) as last_error_date,
        cast(sum(dead_client_days) as bigint) as dead_client_days,
        max(day) filter (where dead_client_days > 0) as last_dead_date
    from days
    group by dataset_id, window_label
)

select
    coalesce(errors.dataset_id, last_requests.dataset_id) as dataset_id,
    coalesce(errors.window_label, last_requests.window_label) as window_label,
    last_requests.last_request_date,
    coalesce(errors.error_client_days, 0) as error_client_days,
    errors.last_error_date,
    coalesce(errors.dead_client_days, 0) as dead_client_days,
    errors.last_dead_date
from errors
full outer join last_requests
    on last_requests.dataset_id = errors.dataset_id
    and last_requests.window_label = errors.window_label
