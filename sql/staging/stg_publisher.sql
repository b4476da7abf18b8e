-- Versions of the catalogue's publishers, each with the time from which it held and until when.
--
-- grain: publisher_id, version_number
--
-- publisher_id    the catalogue's own id of the organization
-- version_number  1 for the first version seen, counting up
-- name            name in the catalogue's URLs
-- title           title as shown to people
-- is_gone         true: the record was no longer there
-- valid_from      start of the version, UTC
-- valid_to        end of the version, exclusive, UTC; null: still holds
-- seen_at         when a sync first saw the version, UTC

select
    publisher_id,
    row_number() over versions as version_number,
    name,
    title,
    coalesce(is_gone, false) as is_gone,
    valid_from,
    min(valid_from) over (
        versions rows between 1 following and unbounded following
    ) as valid_to,
    seen_at
from raw.publisher
window versions as (partition by publisher_id order by seen_at, unit_id, valid_from, version_hash)
