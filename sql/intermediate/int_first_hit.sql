-- The first day on which a dataset or one of its resources answered anybody. Where the catalogue
-- only says when a record was created, an earlier hit proves that it was there.
--
-- grain: dataset_id, resource_id
--
-- dataset_id      the dataset
-- resource_id     the resource; empty: the dataset as a whole, its resources included
-- first_hit_date  UTC day of the first good answer

with

hit_days as (
    select
        stg_url_target.dataset_id,
        stg_url_target.resource_id,
        min(int_url_day.day) as first_hit_date
    from int_url_day
    inner join stg_url_target on stg_url_target.url_id = int_url_day.url_id
    where int_url_day.outcome = 'good' and stg_url_target.dataset_id <> ''
    group by stg_url_target.dataset_id, stg_url_target.resource_id
)

select dataset_id, resource_id, first_hit_date
from hit_days
where resource_id <> ''

union all

select dataset_id, '' as resource_id, min(first_hit_date) as first_hit_date
from hit_days
group by dataset_id
