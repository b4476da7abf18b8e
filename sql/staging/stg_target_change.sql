-- How URLs of days whose hits are gone changed their datasets, when they were classified again.
--
-- grain: url_id, dataset_id, usage_kind, changed_at
--
-- url_id      see stg_url
-- dataset_id  the dataset
-- usage_kind  request, investigation or none
-- changed_at  when it was classified again, UTC
-- is_gained   true: it serves the dataset since then; false: no longer

select
    url_id,
    dataset_id,
    usage_kind,
    changed_at,
    bool_or(is_gained) as is_gained
from traffic.target_change
group by url_id, dataset_id, usage_kind, changed_at
