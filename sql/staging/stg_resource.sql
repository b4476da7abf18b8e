-- Versions of the catalogue's resources, each with the time from which it held and until when.
--
-- grain: resource_id, version_number
--
-- resource_id            the catalogue's own id
-- version_number         1 for the first version seen, counting up
-- dataset_id             the dataset it belongs to
-- name                   name as shown to people
-- format                 format as the catalogue says
-- url                    where its data is, as the catalogue says
-- url_id                 canonical id of that URL; null: not a URL
-- host                   host of that URL; null: not a URL
-- url_type               upload, datastore, or null for a link
-- is_datastore_active    true: the portal serves its rows through the DataStore too
-- is_gone                true: the record was no longer there
-- version_hash           hash of the columns that make a version
-- valid_from             start of the version, UTC
-- valid_to               end of the version, exclusive, UTC; null: still holds
-- is_valid_from_assumed  true: the first sync found it, the start is the catalogue's word
-- seen_at                when a sync first saw the version, UTC

select
    resource_id,
    row_number() over versions as version_number,
    dataset_id,
    name,
    format,
    url,
    case when coalesce(host, '') = '' then null else url_id end as url_id,
    nullif(lower(host), '') as host,
    nullif(url_type, '') as url_type,
    coalesce(is_datastore_active, false) as is_datastore_active,
    coalesce(is_gone, false) as is_gone,
    version_hash,
    valid_from,
    min(valid_from) over (
        versions rows between 1 following and unbounded following
    ) as valid_to,
    coalesce(is_valid_from_assumed, false) as is_valid_from_assumed,
    seen_at
from raw.resource
window versions as (partition by resource_id order by seen_at, unit_id, valid_from, version_hash)
