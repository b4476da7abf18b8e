-- Publishers: the organizations of the catalogue, by what was last known of them.
--
-- grain: publisher_id
--
-- publisher_id  the catalogue's own id
-- name          name in the catalogue's URLs
-- title         title as shown to people
-- is_gone       no longer in the catalogue

with

latest as (
    select publisher_id, max(version_number) as version_number
    from stg_publisher
    group by publisher_id
)

select
    stg_publisher.publisher_id,
    stg_publisher.name,
    coalesce(nullif(stg_publisher.title, ''), stg_publisher.name, stg_publisher.publisher_id)
        as title,
    stg_publisher.is_gone
from stg_publisher
inner join latest
    on latest.publisher_id = stg_publisher.publisher_id
    and latest.version_number = stg_publisher.version_number
