-- Every resource in the catalogue has a role. One without is no data, so its dataset may be
-- called not measurable. Returns the resources without.
--
-- severity: warning
--
-- resource_id  the resource
-- dataset_id   its dataset

select resource_id, dataset_id
from dim_resource
where is_live and resource_role = 'unclassified'
