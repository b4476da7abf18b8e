-- Every name a dataset has had, so that it is found by an old one too.
--
-- grain: dataset_id, name
--
-- dataset_id       see dim_dataset
-- name             a name it has or had
-- first_seen_date  first day of the name, UTC
-- is_current       it has this name now

select
    stg_dataset.dataset_id,
    stg_dataset.name,
    cast(min(stg_dataset.valid_from) as date) as first_seen_date,
    bool_or(stg_dataset.name = dim_dataset.name) as is_current
from stg_dataset
inner join dim_dataset on dim_dataset.dataset_id = stg_dataset.dataset_id
where stg_dataset.name is not null
group by stg_dataset.dataset_id, stg_dataset.name
