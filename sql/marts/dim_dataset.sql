-- Datasets the catalogue has, or had: by what was last known of them.
--
-- grain: dataset_id
--
-- dataset_id             the catalogue's own id; it stays when the name changes
-- name                   name in the catalogue's URLs
-- title                  title as shown to people
-- publisher_id           see dim_publisher; null: none
-- publisher              the publisher's title
-- record_kind            dataset, series, service or document, as the catalogue says
-- guid                   id in the publisher's own metadata; null: none
-- parent_guid            guid of the series it is a child of; null: none
-- group_id               the same for records that share a data URL or a guid, since they are one
--     dataset: the smallest dataset_id of them; its own where it shares nothing
-- page_url               its page on the portal
-- first_live_date        first day in the catalogue, UTC; null: not up to as_of_date
-- last_live_date         last day in the catalogue up to as_of_date, UTC
-- is_live                in the catalogue at the end of as_of_date: only these get a status
-- is_first_date_assumed  the first day is the catalogue's word or a first hit, not seen by a sync

with

latest as (
    select dataset_id, max(version_number) as version_number
    from stg_dataset
    group by dataset_id
),

last_live as (
    select dataset_id, max(version_number) as version_number
    from stg_dataset
    where not is_gone
    group by dataset_id
),

lives as (
    select
        dataset_id,
        min(from_date) as first_live_date,
        max(to_date) as end_date
    from int_dataset_span
    group by dataset_id
),

first_versions as (
    select dataset_id, is_valid_from_assumed
    from stg_dataset
    where version_number = 1
)

select
    stg_dataset.dataset_id,
    stg_dataset.name,
    coalesce(nullif(stg_dataset.title, ''), stg_dataset.name) as title,
    stg_dataset.publisher_id,
    coalesce(dim_publisher.title, stg_dataset.publisher_id, 'no publisher') as publisher,
    stg_dataset.record_kind,
    stg_dataset.guid,
    stg_dataset.parent_guid,
    coalesce(stg_dataset_group.group_id, stg_dataset.dataset_id) as group_id,
    stg_dataset.page_url,
    lives.first_live_date,
    cast(lives.end_date - interval '1' day as date) as last_live_date,
    coalesce(lives.end_date > build_setting.as_of_date, false) as is_live,
    first_versions.is_valid_from_assumed as is_first_date_assumed
from stg_dataset
inner join latest on latest.dataset_id = stg_dataset.dataset_id
inner join first_versions on first_versions.dataset_id = stg_dataset.dataset_id
left join last_live on last_live.dataset_id = stg_dataset.dataset_id
left join dim_publisher on dim_publisher.publisher_id = stg_dataset.publisher_id
left join lives on lives.dataset_id = stg_dataset.dataset_id
left join stg_dataset_group on stg_dataset_group.dataset_id = stg_dataset.dataset_id
cross join build_setting
-- A record that is gone is shown as it last was.
where stg_dataset.version_number = coalesce(last_live.version_number, latest.version_number)
