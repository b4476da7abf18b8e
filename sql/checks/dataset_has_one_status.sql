-- Each dataset has exactly one status. Returns the datasets that have more.
--
-- severity: error
--
-- dataset_id    the dataset
-- status_count  its statuses

select dataset_id, count(*) as status_count
from dataset_status
group by dataset_id
having count(*) > 1
