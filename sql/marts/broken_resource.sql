-- Resources whose data people asked for in a quarter and did not get: errors (404, 410, 5xx), and
-- answers that were errors by their size (see int_small_answer). Robots and staff are not counted.
--
-- grain: dataset_id, resource_id, quarter_label
--
-- dataset_id                see dim_dataset
-- resource_id               see dim_resource
-- quarter_label             the quarter, as 2026Q3 or 2026/27Q2
-- quarter_start_date        its first day, UTC
-- host                      host of the resource; null: not a URL
-- error_client_days         client-days with an error for its data, small answers included
-- small_answer_client_days  those of them that were told by their size; they count as Requests too
-- last_good_date            last day to the quarter's end on which it gave data to anybody, UTC;
--     null: none was seen
-- last_error_date           last day of the quarter with an error, UTC
-- is_broken_now             still in the catalogue, and the last answer of all was an error

with

small_answers as (
    select
        stg_url_target.dataset_id,
        stg_url_target.resource_id,
        int_small_answer.day,
        max(int_small_answer.client_days) as client_days
    from int_small_answer
    inner join stg_url_target
        on stg_url_target.url_id = int_small_answer.url_id
        and stg_url_target.usage_kind = 'request'
        and stg_url_target.dataset_id <> ''
    group by stg_url_target.dataset_id, stg_url_target.resource_id, int_small_answer.day
),

answers as (
    select
        int_answer_day.dataset_id,
        int_answer_day.resource_id,
        int_answer_day.day,
        -- What was good on a day of small answers may have been one.
        case when small_answers.day is null then int_answer_day.last_good_at else null end
            as last_good_at,
        case
            when small_answers.day is not null
                and (
                    int_answer_day.last_error_at is null
                    or int_answer_day.last_good_at > int_answer_day.last_error_at
                ) then int_answer_day.last_good_at
            else int_answer_day.last_error_at
        end as last_error_at,
        int_answer_day.error_client_days + coalesce(small_answers.client_days, 0)
            as error_client_days,
        coalesce(small_answers.client_days, 0) as small_answer_client_days
    from int_answer_day
    left join small_answers
        on small_answers.dataset_id = int_answer_day.dataset_id
        and small_answers.resource_id = int_answer_day.resource_id
        and small_answers.day = int_answer_day.day
),

failing as (
    select
        dataset_id,
        resource_id,
        max(last_error_at) > max(last_good_at) or max(last_good_at) is null as is_last_an_error
    from answers
    group by dataset_id, resource_id
    having sum(error_client_days) > 0
),

quarters as (
    select
        answers.dataset_id,
        answers.resource_id,
        dim_date.quarter_label,
        dim_date.quarter_start_date,
        failing.is_last_an_error,
        cast(sum(answers.error_client_days) as bigint) as error_client_days,
        cast(sum(answers.small_answer_client_days) as bigint) as small_answer_client_days,
        max(answers.day) filter (where answers.last_good_at is not null) as last_good_date,
        max(answers.day) filter (where answers.error_client_days > 0) as last_error_date
    from answers
    inner join failing
        on failing.dataset_id = answers.dataset_id
        and failing.resource_id = answers.resource_id
    inner join dim_date on dim_date.day = answers.day
    group by
        answers.dataset_id,
        answers.resource_id,
        dim_date.quarter_label,
        dim_date.quarter_start_date,
        failing.is_last_an_error
),

-- A quarter without errors may hold the last good day of a later one with some.
dated as (
    select
        dataset_id,
        resource_id,
        quarter_label,
        quarter_start_date,
        is_last_an_error,
        error_client_days,
        small_answer_client_days,
        max(last_good_date) over (
            partition by dataset_id, resource_id order by quarter_start_date
        ) as last_good_date,
        last_error_date
    from quarters
)

select
    dated.dataset_id,
    dated.resource_id,
    dated.quarter_label,
    dated.quarter_start_date,
    dim_resource.host,
    dated.error_client_days,
    dated.small_answer_client_days,
    dated.last_good_date,
    dated.last_error_date,
    dated.is_last_an_error
        and dim_resource.is_live
        and dim_resource.resource_role in ('data', 'service') as is_broken_now
from dated
inner join dim_resource on dim_resource.resource_id = dated.resource_id
where dated.error_client_days > 0
