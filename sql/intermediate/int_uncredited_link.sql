-- Links to data whose use is not credited to their dataset, or not all of it, so that its absence
-- proves nothing: the start page of a host, an address that many datasets share, an address that
-- answered readers without being counted for the dataset, one that is no file where other
-- addresses below it answered (folders, APIs, tiles), one that moved readers on to another address
-- while none of its resource gave data any more, and one of a service that gave data which may be
-- that of any of several datasets.
--
-- grain: resource_id, version_number
--
-- resource_id     see stg_resource
-- version_number  see stg_resource
-- dataset_id      the dataset

with

-- The path of the catalogue's URL, without its query.
rests as (
    select
        resource_id,
        version_number,
        dataset_id,
        url_id,
        host,
        case
            when strpos(substr(url, strpos(url, '://') + 3), '/') = 0 then '/'
            else substr(
                substr(url, strpos(url, '://') + 3),
                strpos(substr(url, strpos(url, '://') + 3), '/')
            )
        end as rest
    from stg_resource
    where host is not null and not is_gone
),

links as (
    select
        resource_id,
        version_number,
        dataset_id,
        url_id,
        host,
        rest,
        case when strpos(rest, '?') = 0 then rest else substr(rest, 1, strpos(rest, '?') - 1) end
            as path
    from rests
),

shared as (
    select url_id
    from links
    group by url_id
    having count(distinct dataset_id) > 50
),

-- Addresses that gave an answer to somebody other than staff.
answered as (
    select distinct url_id
    from int_url_day
    where outcome = 'good' and visitor_kind <> 'own'
),

-- When addresses gave readers data and when they moved them on: what is moved is not counted, and
-- where it went to may be of no dataset. A file's redirect (302) is counted itself.
readers as (
    select
        url_id,
        max(day) filter (where outcome = 'good') as good_date,
        max(day) filter (where outcome = 'moved') as moved_date
    from int_url_day
    where outcome in ('good', 'moved') and method = 'GET' and visitor_kind not in ('own', 'robot')
    group by url_id
),

resource_readers as (
    select stg_url_target.resource_id, max(readers.good_date) as good_date
    from readers
    inner join stg_url_target
        on stg_url_target.url_id = readers.url_id
        and stg_url_target.usage_kind = 'request'
    group by stg_url_target.resource_id
),

-- The capabilities of a service are no request, but the calls that are have the same address.
credited as (
    select url_id, dataset_id
    from stg_url_target
    where usage_kind = 'request' or rule in ('service_call', 'layer_name')
),

-- An address without an ending may have others below it; a route of the portal has not.
open_ended as (
    select resource_id, version_number, dataset_id, url_id, host, path
    from links
    where
        -- Nothing after the last slash has a dot.
        strpos(substr(path, length(path) - strpos(reverse(path), '/') + 2), '.') = 0
        -- A file's route on the portal, and a program that is told the file, are no folders.
        and (
            strpos(path, '/download') = 0
            or (strpos(path, '/resource/') = 0 and strpos(rest, '?') = 0)
        )
        and strpos(path, '/datastore/dump/') = 0
),

uncounted as (
    select distinct stg_url.host, stg_url.path
    from answered
    inner join int_url
        on int_url.url_id = answered.url_id
        and int_url.usage_kind in ('none', 'unattributed')
    inner join stg_url on stg_url.url_id = answered.url_id
),

-- Data that any of several datasets may have given.
unclear_calls as (
    select distinct stg_url.host, lower(stg_url.path) as path
    from answered
    inner join stg_url_target
        on stg_url_target.url_id = answered.url_id
        and stg_url_target.usage_kind = 'ambiguous'
    inner join stg_url on stg_url.url_id = answered.url_id
    where
        strpos(lower(coalesce(stg_url.query, '')), 'request=getcapabilities') = 0
        and strpos(lower(coalesce(stg_url.query, '')), 'request=describe') = 0
),

-- One service is asked at several paths: by layer, and by kind of service.
places as (
    select
        host,
        path,
        case
            when strpos(path, '/mapserver/') > 0
                then substr(path, 1, strpos(path, '/mapserver/') + 9)
            when strpos(path, '/featureserver/') > 0
                then substr(path, 1, strpos(path, '/featureserver/') + 13)
            when strpos(path, '/imageserver/') > 0
                then substr(path, 1, strpos(path, '/imageserver/') + 11)
            when substr(path, length(path) - 3) in ('/wms', '/wfs', '/wcs', '/ows')
                then substr(path, 1, length(path) - 4)
            else path
        end as place
    from (
        select host, path from unclear_calls
        union
        select host, lower(path) as path from links
    ) as paths
),

services as (
    select stg_resource.resource_id, stg_resource.version_number
    from stg_resource
    inner join stg_resource_role
        on stg_resource_role.resource_id = stg_resource.resource_id
        and stg_resource_role.version_hash = stg_resource.version_hash
    where stg_resource_role.resource_role = 'service'
),

unclear_places as (
    select distinct places.host, places.place
    from places
    inner join unclear_calls
        on unclear_calls.host = places.host
        and unclear_calls.path = places.path
),

found as (
    select resource_id, version_number, dataset_id
    from links
    where rest = '/' or path = '/'

    union

    select links.resource_id, links.version_number, links.dataset_id
    from links
    inner join shared on shared.url_id = links.url_id

    union

    select links.resource_id, links.version_number, links.dataset_id
    from links
    inner join answered on answered.url_id = links.url_id
    left join credited
        on credited.url_id = links.url_id
        and credited.dataset_id = links.dataset_id
    where credited.url_id is null

    union

    select links.resource_id, links.version_number, links.dataset_id
    from links
    inner join readers on readers.url_id = links.url_id
    left join resource_readers on resource_readers.resource_id = links.resource_id
    where
        readers.moved_date > coalesce(readers.good_date, date '1970-01-01')
        and readers.moved_date > coalesce(resource_readers.good_date, date '1970-01-01')

    union

    select open_ended.resource_id, open_ended.version_number, open_ended.dataset_id
    from open_ended
    inner join uncounted
        on uncounted.host = open_ended.host
        and starts_with(uncounted.path, open_ended.path)

    union

    select links.resource_id, links.version_number, links.dataset_id
    from links
    inner join services
        on services.resource_id = links.resource_id
        and services.version_number = links.version_number
    inner join places
        on places.host = links.host
        and places.path = lower(links.path)
    inner join unclear_places
        on unclear_places.host = places.host
        and unclear_places.place = places.place
)

select resource_id, version_number, dataset_id
from found
