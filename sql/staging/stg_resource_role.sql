-- What part a version of a resource plays in its dataset.
--
-- grain: resource_id, version_hash
--
-- resource_id    see stg_resource
-- version_hash   the version; see stg_resource
-- resource_role  data, service, document or page
-- rule           the rule that found it

select
    resource_id,
    version_hash,
    min(resource_role) as resource_role,
    min(rule) as rule
from traffic.resource_role
group by resource_id, version_hash
