-- Use is only counted for datasets that the catalogue has or had. Returns the others.
--
-- severity: error
--
-- dataset_id      the dataset
-- total_requests  requests counted for it

select
    fct_dataset_day.dataset_id,
    cast(sum(fct_dataset_day.total_requests) as bigint) as total_requests
from fct_dataset_day
left join dim_dataset on dim_dataset.dataset_id = fct_dataset_day.dataset_id
where dim_dataset.dataset_id is null
group by fct_dataset_day.dataset_id
