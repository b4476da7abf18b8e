-- Hits of a URL on a day by what kind of client asked and how it was answered. It names no
-- client, so it is kept when hits are pruned.
--
-- grain: url_id, log, day, method, outcome, visitor_kind
-- incremental: day
--
-- url_id          see stg_url
-- log             the log
-- day             UTC day
-- method          GET, HEAD, POST or other
-- outcome         good (200, 206, 304), redirect (302), moved (301, 303, 307, 308), error (404,
--     410, 5xx) or other
-- visitor_kind    regular, machine, robot, suspected_robot, own, or unclassified: an agent
--     without a class
-- hit_count       hits
-- client_days     distinct clients
-- response_bytes  bytes sent
-- whole_clients   those of the clients that got a whole answer (200, by GET or POST)
-- smallest_bytes  bytes of the smallest whole answer; null: none, or the log tells no bytes
-- largest_bytes   bytes of the largest one

with

classified as (
    select
        stg_hit.url_id,
        stg_unit.log,
        stg_hit.day,
        stg_hit.client_key,
        stg_hit.response_bytes,
        case
            when stg_hit.status = 200
                and stg_hit.method in ('GET', 'POST')
                and stg_hit.response_bytes > 0 then stg_hit.response_bytes
            else null
        end as whole_bytes,
        -- Numbers, since millions of rows are grouped by them.
        case stg_hit.method when 'GET' then 1 when 'HEAD' then 2 when 'POST' then 3 else 0 end
            as method_number,
        case
            when stg_hit.status in (200, 206, 304) then 1
            when stg_hit.status = 302 then 2
            when stg_hit.status in (301, 303, 307, 308) then 3
            when stg_hit.status in (404, 410) or stg_hit.status between 500 and 599 then 4
            else 0
        end as outcome_number,
        case
            when stg_hit.is_own then 1
            when int_suspect.client_key is not null then 2
            when stg_agent_class.agent_class = 'robot' then 3
            when stg_agent_class.agent_class = 'machine' then 4
            when stg_agent_class.agent_class = 'regular' then 5
            else 0
        end as visitor_number
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    inner join stg_unit on stg_unit.unit_id = stg_hit.unit_id
    left join stg_agent_class on stg_agent_class.agent_id = stg_hit.agent_id
    left join int_suspect
        on int_suspect.day = stg_hit.day
        and int_suspect.client_key = stg_hit.client_key
),

clients as (
    select
        url_id,
        log,
        day,
        100 * method_number + 10 * outcome_number + visitor_number as kind_number,
        client_key,
        count(*) as hit_count,
        sum(response_bytes) as response_bytes,
        min(whole_bytes) as smallest_bytes,
        max(whole_bytes) as largest_bytes
    from classified
    group by
        url_id,
        log,
        day,
        100 * method_number + 10 * outcome_number + visitor_number,
        client_key
),

counted as (
    select
        url_id,
        log,
        day,
        kind_number,
        cast(sum(hit_count) as bigint) as hit_count,
        count(*) as client_days,
        cast(sum(response_bytes) as bigint) as response_bytes,
        count(largest_bytes) as whole_clients,
        min(smallest_bytes) as smallest_bytes,
        max(largest_bytes) as largest_bytes
    from clients
    group by url_id, log, day, kind_number
)

select
    url_id,
    log,
    day,
    case
        when kind_number >= 300 then 'POST'
        when kind_number >= 200 then 'HEAD'
        when kind_number >= 100 then 'GET'
        else 'other'
    end as method,
    case mod(kind_number, 100) - mod(kind_number, 10)
        when 10 then 'good'
        when 20 then 'redirect'
        when 30 then 'moved'
        when 40 then 'error'
        else 'other'
    end as outcome,
    case mod(kind_number, 10)
        when 1 then 'own'
        when 2 then 'suspected_robot'
        when 3 then 'robot'
        when 4 then 'machine'
        when 5 then 'regular'
        else 'unclassified'
    end as visitor_kind,
    hit_count,
    client_days,
    response_bytes,
    whole_clients,
    smallest_bytes,
    largest_bytes
from counted
