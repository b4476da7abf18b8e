-- Clients that asked for a resource's data and got an error (404, 410, 5xx), where the resource
-- was data and in the catalogue at that time. Robots and staff are in it and marked.
--
-- grain: day, dataset_id, resource_id, client_key
-- incremental: day
-- clients: yes
--
-- day            UTC day
-- dataset_id     the dataset
-- resource_id    the resource
-- client_key     names a client within its day only
-- visitor_kind   regular, machine, robot, suspected_robot or own
-- error_count    errors it got
-- last_error_at  time of the last one, UTC

with

errors as (
    select
        stg_hit.day,
        stg_hit.hit_at,
        stg_hit.client_key,
        stg_hit.url_id,
        stg_url_target.dataset_id,
        stg_url_target.resource_id,
        int_url.is_datastore_read,
        case
            when stg_hit.is_own then 'own'
            when stg_agent_class.agent_class = 'robot' then 'robot'
            when int_suspect.client_key is not null then 'suspected_robot'
            when stg_agent_class.agent_class = 'machine' then 'machine'
            else 'regular'
        end as visitor_kind
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    inner join stg_url_target on stg_url_target.url_id = stg_hit.url_id
    inner join int_url on int_url.url_id = stg_hit.url_id
    inner join int_unit_host
        on int_unit_host.unit_id = stg_hit.unit_id
        and int_unit_host.host = int_url.host
        and int_unit_host.from_date <= stg_hit.day
        and (int_unit_host.to_date > stg_hit.day or int_unit_host.to_date is null)
    left join stg_agent_class on stg_agent_class.agent_id = stg_hit.agent_id
    left join int_suspect
        on int_suspect.day = stg_hit.day
        and int_suspect.client_key = stg_hit.client_key
    where
        stg_hit.method in ('GET', 'POST')
        and (stg_hit.status in (404, 410) or stg_hit.status between 500 and 599)
        and stg_url_target.dataset_id <> ''
        and stg_url_target.usage_kind = 'request'
        -- What is missing beside or below a resource's own address says nothing of the resource.
        and stg_url_target.rule not in ('resource_folder', 'naming_key', 'guid')
),

resource_urls as (
    select resource_id, url_id, min(valid_from) as first_from
    from stg_resource
    where url_id is not null
    group by resource_id, url_id
)

select
    errors.day,
    errors.dataset_id,
    errors.resource_id,
    errors.client_key,
    min(errors.visitor_kind) as visitor_kind,
    count(*) as error_count,
    max(errors.hit_at) as last_error_at
from errors
inner join stg_resource
    on stg_resource.resource_id = errors.resource_id
    and stg_resource.valid_from <= errors.hit_at
    and (stg_resource.valid_to > errors.hit_at or stg_resource.valid_to is null)
inner join stg_resource_role
    on stg_resource_role.resource_id = stg_resource.resource_id
    and stg_resource_role.version_hash = stg_resource.version_hash
left join resource_urls
    on resource_urls.resource_id = errors.resource_id
    and resource_urls.url_id = errors.url_id
    and resource_urls.first_from <= errors.hit_at
where
    not stg_resource.is_gone
    and stg_resource_role.resource_role in ('data', 'service')
    -- An address that the catalogue had replaced by then may well be dead.
    and (resource_urls.url_id is null or stg_resource.url_id = errors.url_id)
    -- A file that was never put into the DataStore is not missing there.
    and (not errors.is_datastore_read or stg_resource.is_datastore_active)
group by errors.day, errors.dataset_id, errors.resource_id, errors.client_key
