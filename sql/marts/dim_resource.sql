-- Resources of the datasets, by what was last known of them, and whether their use can be seen.
--
-- grain: resource_id
--
-- resource_id    the catalogue's own id
-- dataset_id     see dim_dataset
-- name           name as shown to people
-- format         format as the catalogue says
-- url            where its data is, as the catalogue says
-- host           host of that URL; null: not a URL
-- resource_role  data, service, document, page, or unclassified
-- is_live        in the catalogue at the end of as_of_date, with its dataset
-- coverage       what was seen of its host on as_of_date; see int_host_day; null: not a URL

with

latest as (
    select resource_id, max(version_number) as version_number
    from stg_resource
    group by resource_id
),

last_live as (
    select resource_id, max(version_number) as version_number
    from stg_resource
    where not is_gone
    group by resource_id
),

live as (
    select distinct stg_resource.resource_id
    from stg_resource
    cross join build_setting
    where
        not stg_resource.is_gone
        and cast(stg_resource.valid_from as date) <= build_setting.as_of_date
        and (
            stg_resource.valid_to is null
            or cast(stg_resource.valid_to as date) > build_setting.as_of_date
        )
),

coverages as (
    select int_host_day.host, int_host_day.coverage
    from int_host_day
    inner join build_setting on build_setting.as_of_date = int_host_day.day
)

select
    stg_resource.resource_id,
    stg_resource.dataset_id,
    coalesce(stg_resource.name, '') as name,
    coalesce(stg_resource.format, '') as format,
    stg_resource.url,
    stg_resource.host,
    coalesce(stg_resource_role.resource_role, 'unclassified') as resource_role,
    coalesce(dim_dataset.is_live, false) and live.resource_id is not null as is_live,
    case
        when stg_resource.host is null then cast(null as varchar)
        else coalesce(coverages.coverage, 'no_log')
    end as coverage
from stg_resource
inner join latest on latest.resource_id = stg_resource.resource_id
left join last_live on last_live.resource_id = stg_resource.resource_id
left join stg_resource_role
    on stg_resource_role.resource_id = stg_resource.resource_id
    and stg_resource_role.version_hash = stg_resource.version_hash
left join dim_dataset on dim_dataset.dataset_id = stg_resource.dataset_id
left join live on live.resource_id = stg_resource.resource_id
left join coverages on coverages.host = stg_resource.host
where stg_resource.version_number = coalesce(last_live.version_number, latest.version_number)
