-- Versions of the catalogue's datasets, each with the time from which it held and until when.
--
-- grain: dataset_id, version_number
--
-- dataset_id             the catalogue's own id
-- version_number         1 for the first version seen, counting up
-- name                   name in the catalogue's URLs; it can change
-- title                  title as shown to people
-- publisher_id           the organization that publishes it; null: none
-- record_kind            dataset, series, service or document, as the catalogue says
-- guid                   id in the publisher's own metadata; null: none
-- parent_guid            guid of the series it is a child of; null: none
-- page_url               its page on the portal
-- portal_host            host of that page; null: no page known
-- is_gone                true: the record was no longer there
-- version_hash           hash of the columns that make a version
-- valid_from             start of the version, UTC
-- valid_to               end of the version, exclusive, UTC; null: still holds
-- is_valid_from_assumed  true: the first sync found it, the start is the catalogue's word
-- seen_at                when a sync first saw the version, UTC

select
    dataset_id,
    row_number() over versions as version_number,
    name,
    title,
    nullif(publisher_id, '') as publisher_id,
    coalesce(nullif(record_kind, ''), 'dataset') as record_kind,
    nullif(guid, '') as guid,
    nullif(parent_guid, '') as parent_guid,
    page_url,
    case
        when strpos(page_url, '://') = 0 then null
        when strpos(substr(page_url, strpos(page_url, '://') + 3), '/') = 0
            then lower(substr(page_url, strpos(page_url, '://') + 3))
        else lower(
            substr(
                substr(page_url, strpos(page_url, '://') + 3),
                1,
                strpos(substr(page_url, strpos(page_url, '://') + 3), '/') - 1
            )
        )
    end as portal_host,
    coalesce(is_gone, false) as is_gone,
    version_hash,
    valid_from,
    min(valid_from) over (
        versions rows between 1 following and unbounded following
    ) as valid_to,
    coalesce(is_valid_from_assumed, false) as is_valid_from_assumed,
    seen_at
from raw.dataset
window versions as (partition by dataset_id order by seen_at, unit_id, valid_from, version_hash)
