-- Use of a dataset after the counting rules of COUNTER RD1: successful requests, parts of a file
-- merged, double clicks removed. Own staff, robots and suspected robots are in it and marked, so
-- that every model leaves them out by the same column.
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
-- usage_kind      request (data was retrieved) or investigation (information about it)
-- visitor_kind    regular, machine, robot, suspected_robot (see int_suspect), or own (staff,
--     contractors, monitors)
-- is_from_search  the click came from a search engine
-- referrer_id     where it came from, see stg_referrer; 0: it did not say
-- agent_id        the client's program, see stg_agent
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
        stg_hit.method = 'GET' and stg_hit.status <> 302 as is_plain,
        stg_hit.response_bytes,
        coalesce(stg_referrer_class.medium = 'search', false) as is_from_search,
        coalesce(stg_hit.referrer_id, 0) as referrer_id,
        stg_hit.agent_id,
        case
            when stg_hit.is_own then 'own'
            when stg_agent_class.agent_class = 'robot' then 'robot'
            when int_suspect.client_key is not null then 'suspected_robot'
            when stg_agent_class.agent_class = 'machine' then 'machine'
            else 'regular'
        end as visitor_kind
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
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
    left join stg_referrer_class on stg_referrer_class.referrer_id = stg_hit.referrer_id
    where
        int_url.usage_kind in ('request', 'investigation')
        -- A posted query is use of the dataset that its path names.
        and (
            stg_hit.method = 'GET'
            or (
                stg_hit.method = 'POST'
                and (int_url.usage_kind = 'request' or int_url.is_posted_service)
            )
        )
        -- A page's redirect is followed by its target, which counts.
        and (
            stg_hit.status in (200, 206, 304)
            or (stg_hit.status = 302 and int_url.usage_kind = 'request')
        )
),

-- A redirect to a file on a host with a log of its own is seen there, and counted there.
repeated_redirects as (
    select distinct hits.hit_at, hits.url_id
    from hits
    inner join int_url on int_url.url_id = hits.url_id
    inner join stg_url_target on stg_url_target.url_id = hits.url_id
    inner join stg_resource
        on stg_resource.resource_id = stg_url_target.resource_id
        and (stg_resource.valid_from <= hits.hit_at or stg_resource.version_number = 1)
        and (stg_resource.valid_to > hits.hit_at or stg_resource.valid_to is null)
    inner join int_log_host
        on int_log_host.host = stg_resource.host
        and int_log_host.from_date <= hits.day
        and (int_log_host.to_date > hits.day or int_log_host.to_date is null)
        and int_log_host.is_in_service
    where hits.status = 302 and stg_resource.host <> int_url.host
),

counted as (
    select
        hits.day,
        hits.hit_at,
        hits.session_hour,
        hits.client_key,
        hits.url_id,
        hits.is_plain,
        hits.visitor_kind,
        hits.is_from_search,
        hits.referrer_id,
        hits.agent_id,
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
        bool_and(is_plain) as is_plain,
        min(visitor_kind) as visitor_kind,
        bool_or(is_from_search) as is_from_search,
        -- Of what its parts say, a search engine goes first, then any site.
        coalesce(
            min(case when is_from_search then referrer_id end),
            min(nullif(referrer_id, 0)),
            0
        ) as referrer_id,
        min(agent_id) as agent_id,
        cast(sum(response_bytes) as bigint) as response_bytes
    from hits
    where status = 206
    group by day, session_hour, client_key, url_id
),

followed as (
    select
        day,
        hit_at,
        session_hour,
        client_key,
        url_id,
        is_plain,
        visitor_kind,
        is_from_search,
        referrer_id,
        agent_id,
        response_bytes,
        lead(hit_at) over (
            partition by client_key, url_id, day
            order by hit_at, response_bytes, is_plain, referrer_id, visitor_kind
        ) as next_at
    from counted
)

select
    followed.day,
    followed.hit_at as clicked_at,
    followed.session_hour,
    followed.client_key,
    followed.url_id,
    stg_url_target.dataset_id,
    -- What a service has is asked by GET, its features by POST.
    case
        when stg_url_target.rule = 'service_call' and not followed.is_plain then 'request'
        else stg_url_target.usage_kind
    end as usage_kind,
    followed.visitor_kind,
    followed.is_from_search,
    followed.referrer_id,
    followed.agent_id,
    followed.response_bytes
from followed
inner join stg_url_target on stg_url_target.url_id = followed.url_id
where
    -- A click that is followed by another within 30 seconds is the same action.
    (followed.next_at is null or followed.next_at > followed.hit_at + interval '30' second)
    and stg_url_target.dataset_id <> ''
    and (
        stg_url_target.usage_kind = 'request'
        or (
            stg_url_target.usage_kind = 'investigation'
            and (followed.is_plain or stg_url_target.rule = 'service_call')
        )
    )
