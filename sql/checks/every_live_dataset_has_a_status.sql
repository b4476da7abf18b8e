-- Every dataset in the catalogue at the end of as_of_date is in dataset_status, and no other.
-- Returns the datasets that are in only one of the two.
--
-- severity: error
--
-- dataset_id  the dataset
-- is_live     it is in the catalogue

select
    coalesce(dim_dataset.dataset_id, dataset_status.dataset_id) as dataset_id,
    coalesce(dim_dataset.is_live, false) as is_live
from dim_dataset
full outer join dataset_status on dataset_status.dataset_id = dim_dataset.dataset_id
where
    (coalesce(dim_dataset.is_live, false) and dataset_status.dataset_id is null)
    or (not coalesce(dim_dataset.is_live, false) and dataset_status.dataset_id is not null)
