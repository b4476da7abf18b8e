-- A broken resource is one that somebody got an error from, in the quarter that it is said of; none
-- is called broken now that has left the catalogue; and no error of the daily answers is lost.
-- Returns the resources that break it.
--
-- severity: error
--
-- dataset_id   the dataset
-- resource_id  the resource
-- problem      what is wrong

select
    broken_resource.dataset_id,
    broken_resource.resource_id,
    'dates or counts of a quarter' as problem
from broken_resource
left join dim_date
    on dim_date.day = broken_resource.last_error_date
    and dim_date.quarter_label = broken_resource.quarter_label
where
    dim_date.day is null
    or broken_resource.error_client_days <= 0
    or broken_resource.small_answer_client_days > broken_resource.error_client_days

union all

select
    broken_resource.dataset_id,
    broken_resource.resource_id,
    'broken now, and not in the catalogue' as problem
from broken_resource
left join dim_resource
    on dim_resource.resource_id = broken_resource.resource_id
    and dim_resource.is_live
where broken_resource.is_broken_now and dim_resource.resource_id is null

union all

select both_sides.dataset_id, both_sides.resource_id, 'errors lost or doubled' as problem
from (
    select
        int_answer_day.dataset_id,
        int_answer_day.resource_id,
        int_answer_day.error_client_days as errors
    from int_answer_day
    inner join dim_date on dim_date.day = int_answer_day.day
    inner join dim_resource on dim_resource.resource_id = int_answer_day.resource_id

    union all

    select dataset_id, resource_id, small_answer_client_days - error_client_days as errors
    from broken_resource
) as both_sides
group by both_sides.dataset_id, both_sides.resource_id
having sum(both_sides.errors) <> 0
