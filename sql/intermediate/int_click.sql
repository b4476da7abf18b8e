-- Use of a dataset after the counting rules of COUNTER RD1: successful requests, parts of a file
-- merged, double clicks removed. Own staff and robots are in it and marked, so that every model
-- leaves them out by the same column.
--
-- grain: day, clicked_at, client_key, url_id, dataset_id
-- incremental: day
-- clients: yes
--
-- day             UTC day
-- clicked_at      time of the click, UTC; of several that are one, the last
-- session_hour    hour of that day: client, day and hour make a session
-- client_key      names a client within its day only
-- url_id          see stg_url
-- dataset_id      the dataset used
-- resource_id     the resource used; empty: the dataset as a whole
-- usage_kind      request (data was retrieved) or investigation (information about it)
-- visitor_kind    regular, machine, robot, or own (staff, contractors, monitors)
-- is_from_search  the click came from a search engine
-- is_redirect     the portal sent the client on to another host (302)
-- host            host of the URL
-- response_bytes  bytes sent

with

hits as (
    select
        stg_hit.day,
        stg_hit.hit_at,
        stg_hit.session_hour,
        stg_hit.client_key,
        stg_hit.url_id,
        stg_hit.status,
        stg_hit.response_bytes,
        int_url_host.host,
        stg_url_target.dataset_id,
        stg_url_target.resource_id,
        stg_url_target.usage_kind,
        coalesce(stg_referrer_class.medium = 'search', false) as is_from_search,
        case
            when stg_hit.is_own then 'own'
            when stg_agent_class.agent_class in ('robot', 'machine') then stg_agent_class.agent_class
            else 'regular'
        end as visitor_kind
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    inner join stg_unit on stg_unit.unit_id = stg_hit.unit_id
    inner join stg_url_target on stg_url_target.url_id = stg_hit.url_id
    inner join int_url_host on int_url_host.url_id = stg_hit.url_id
    inner join int_log_host
        on int_log_host.log = stg_unit.log
        and int_log_host.host = int_url_host.host
    left join stg_agent_class on stg_agent_class.agent_id = stg_hit.agent_id
    left join stg_referrer_class on stg_referrer_class.referrer_id = stg_hit.referrer_id
    where
        -- A host's edge and its origin see the same request: one of them counts.
        int_log_host.is_counted
        and stg_url_target.dataset_id <> ''
        and stg_url_target.usage_kind in ('request', 'investigation')
        -- A posted query is use of the dataset that its path names.
        and (
            stg_hit.method = 'GET'
            or (stg_hit.method = 'POST' and stg_url_target.usage_kind = 'request')
        )
        -- A page's redirect is followed by its target, which counts.
        and (
            stg_hit.status in (200, 206, 304)
            or (stg_hit.status = 302 and stg_url_target.usage_kind = 'request')
        )
),

-- A redirect to a file on a host with a log of its own is seen there, and counted there.
repeated_redirects as (
    select distinct hits.hit_at, hits.url_id
    from hits
    inner join stg_resource
        on stg_resource.resource_id = hits.resource_id
        and (stg_resource.valid_from <= hits.hit_at or stg_resource.version_number = 1)
        and (stg_resource.valid_to > hits.hit_at or stg_resource.valid_to is null)
    inner join stg_log on stg_log.host = stg_resource.host
    where hits.status = 302 and stg_resource.host <> hits.host
),

counted as (
    select
        hits.day,
        hits.hit_at,
        hits.session_hour,
        hits.client_key,
        hits.url_id,
        hits.dataset_id,
        hits.resource_id,
        hits.usage_kind,
        hits.visitor_kind,
        hits.is_from_search,
        hits.status = 302 as is_redirect,
        hits.host,
        hits.response_bytes
    from hits
    left join repeated_redirects
        on hits.status = 302
        and repeated_redirects.hit_at = hits.hit_at
        and repeated_redirects.url_id = hits.url_id
    where hits.status <> 206 and repeated_redirects.url_id is null

    union all

    -- A file fetched in parts in one session was fetched once.
    select
        day,
        max(hit_at) as hit_at,
        session_hour,
        client_key,
        url_id,
        dataset_id,
        min(resource_id) as resource_id,
        min(usage_kind) as usage_kind,
        min(visitor_kind) as visitor_kind,
        bool_or(is_from_search) as is_from_search,
        false as is_redirect,
        min(host) as host,
        cast(sum(response_bytes) as bigint) as response_bytes
    from hits
    where status = 206
    group by day, session_hour, client_key, url_id, dataset_id
),

followed as (
    select
        day,
        hit_at,
        session_hour,
        client_key,
        url_id,
        dataset_id,
        resource_id,
        usage_kind,
        visitor_kind,
        is_from_search,
        is_redirect,
        host,
        response_bytes,
        lead(hit_at) over (
            partition by day, client_key, url_id, dataset_id
            order by hit_at, response_bytes, is_redirect, is_from_search, visitor_kind
        ) as next_at
    from counted
)

select
    day,
    hit_at as clicked_at,
    session_hour,
    client_key,
    url_id,
    dataset_id,
    resource_id,
    usage_kind,
    visitor_kind,
    is_from_search,
    is_redirect,
    host,
    response_bytes
from followed
-- A click that is followed by another within 30 seconds is the same action.
where next_at is null or next_at > hit_at + interval '30' second
