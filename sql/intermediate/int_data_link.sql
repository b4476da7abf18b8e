-- Where a dataset's data could be had, and when: its data resources and services with the hosts
-- they are on. A resource in the DataStore could also be had there, on the portal's own host.
-- Documents and web pages are no data, and a text that is no URL is no link. Of days whose hits
-- were gone when the link was first seen, its use is unknown.
--
-- grain: dataset_id, resource_id, version_number, channel
--
-- dataset_id      the dataset
-- resource_id     the resource
-- version_number  see stg_resource
-- channel         web; datastore: through the DataStore of the host; uncredited: on the web, but
--     use of it is not all credited to the dataset; unreached: its hits were gone too soon
-- host            the host
-- from_date       first day, UTC, also where only a part of it
-- to_date         day after the last one, UTC; null: still there

with

versions as (
    select
        stg_resource.dataset_id,
        stg_resource.resource_id,
        stg_resource.version_number,
        stg_resource.host,
        stg_resource.is_datastore_active,
        case when int_uncredited_link.resource_id is null then 'web' else 'uncredited' end
            as channel,
        case
            when stg_resource.is_valid_from_assumed
                and stg_resource.version_number = 1
                and int_first_hit.first_hit_date < cast(stg_resource.valid_from as date)
                then int_first_hit.first_hit_date
            else cast(stg_resource.valid_from as date)
        end as from_date,
        cast(cast(stg_resource.valid_to as date) + interval '1' day as date) as to_date,
        int_sync_reach.reach_from_date
    from stg_resource
    inner join stg_resource_role
        on stg_resource_role.resource_id = stg_resource.resource_id
        and stg_resource_role.version_hash = stg_resource.version_hash
    left join int_first_hit
        on int_first_hit.dataset_id = stg_resource.dataset_id
        and int_first_hit.resource_id = stg_resource.resource_id
    left join int_sync_reach on int_sync_reach.seen_at = stg_resource.seen_at
    left join int_uncredited_link
        on int_uncredited_link.resource_id = stg_resource.resource_id
        and int_uncredited_link.version_number = stg_resource.version_number
    where
        not stg_resource.is_gone
        and stg_resource_role.resource_role in ('data', 'service')
),

portals as (
    select dataset_id, max_by(portal_host, version_number) as portal_host
    from stg_dataset
    where portal_host is not null
    group by dataset_id
),

links as (
    select
        dataset_id,
        resource_id,
        version_number,
        channel,
        host,
        from_date,
        to_date,
        reach_from_date
    from versions
    where host is not null

    union all

    select
        versions.dataset_id,
        versions.resource_id,
        versions.version_number,
        'datastore' as channel,
        portals.portal_host as host,
        versions.from_date,
        versions.to_date,
        versions.reach_from_date
    from versions
    inner join portals on portals.dataset_id = versions.dataset_id
    where versions.is_datastore_active
)

select
    dataset_id,
    resource_id,
    version_number,
    channel,
    host,
    case when reach_from_date > from_date then reach_from_date else from_date end as from_date,
    to_date
from links
where reach_from_date is null or to_date is null or to_date > reach_from_date

union all

select
    dataset_id,
    resource_id,
    version_number,
    'unreached' as channel,
    min(host) as host,
    from_date,
    case when to_date < reach_from_date then to_date else reach_from_date end as to_date
from links
where from_date < reach_from_date
group by dataset_id, resource_id, version_number, from_date, to_date, reach_from_date
