-- The days on which a dataset was in the catalogue, by version of its record: live from its
-- first version, or from its first hit where that version's start is only assumed.
--
-- grain: dataset_id, version_number
--
-- dataset_id      the dataset
-- version_number  see stg_dataset
-- portal_host     host of its page; null: no page known
-- from_date       first day, UTC: the one at whose end the version held
-- to_date         day after the last one, UTC; null: still there
-- page_from_date  first day, UTC, on which visits of its page are credited to it: those of days
--     whose hits were gone when the version was first seen are not

with

versions as (
    select
        stg_dataset.dataset_id,
        stg_dataset.version_number,
        stg_dataset.portal_host,
        case
            when stg_dataset.is_valid_from_assumed
                and stg_dataset.version_number = 1
                and int_first_hit.first_hit_date < cast(stg_dataset.valid_from as date)
                then int_first_hit.first_hit_date
            else cast(stg_dataset.valid_from as date)
        end as from_date,
        cast(stg_dataset.valid_to as date) as to_date,
        int_sync_reach.reach_from_date
    from stg_dataset
    left join int_sync_reach on int_sync_reach.seen_at = stg_dataset.seen_at
    left join int_first_hit
        on int_first_hit.dataset_id = stg_dataset.dataset_id
        and int_first_hit.resource_id = ''
    where not stg_dataset.is_gone
)

select
    dataset_id,
    version_number,
    portal_host,
    from_date,
    to_date,
    case when reach_from_date > from_date then reach_from_date else from_date end
        as page_from_date
from versions
where to_date is null or to_date > from_date
