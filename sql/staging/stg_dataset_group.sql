-- Datasets that share a data URL or the guid of their metadata with others: records of one dataset.
--
-- grain: dataset_id
--
-- dataset_id  a member of a group of two or more
-- group_id    the smallest dataset_id of its group

select
    dataset_id,
    min(group_id) as group_id
from traffic.dataset_group
group by dataset_id
