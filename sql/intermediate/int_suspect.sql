-- Clients that behave like robots though no list knows them: they read robots.txt, or asked for
-- more distinct datasets than a person can. COUNTER leaves robots out and scripts in, so a script
-- that takes one dataset a thousand times is none, and one that walks over the portal is. Own
-- staff and listed robots are not in it: they are set apart anyway.
--
-- More than a person can: without a referrer, more than suspect_datasets_per_hour (60, one a
-- minute without rest) in an hour, or four times that in a day, for those who walk slowly but
-- never sleep; or, with any referrer, ten times that in an hour. Who reads a portal comes to most
-- datasets from its own pages, a search engine or another site, which browsers tell; so a crowd
-- behind one address with one browser does not add up. In networks known to be such (academic,
-- government) all three are four times as high. Calls of map services do not count, since a map
-- draws its layers without being asked, and a URL of several datasets counts as one.
--
-- Reading robots.txt is enough for a browser. Scripts do so too when they mirror a folder (wget
-- does): they are suspected if they also asked for more than one dataset.
--
-- grain: day, client_key
-- incremental: day
-- clients: yes
--
-- day            UTC day; a client is known within its day only
-- client_key     names a client within its day only
-- reason         robots_txt or many_datasets, the first that fits
-- dataset_count  distinct datasets it asked for, however they answered; see above

with

-- Whoever asked less often than the limit cannot have exceeded it: few are left to look at.
busy as (
    select stg_hit.day, stg_hit.client_key
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    cross join build_setting
    group by stg_hit.day, stg_hit.client_key, build_setting.suspect_datasets_per_hour
    having count(*) > build_setting.suspect_datasets_per_hour
),

robots_txt as (
    select distinct stg_hit.day, stg_hit.client_key
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    inner join stg_url on stg_url.url_id = stg_hit.url_id
    where stg_url.path = '/robots.txt'
),

looked_at as (
    select
        coalesce(busy.day, robots_txt.day) as day,
        coalesce(busy.client_key, robots_txt.client_key) as client_key,
        robots_txt.day is not null as is_robots_txt
    from busy
    full outer join robots_txt
        on robots_txt.day = busy.day
        and robots_txt.client_key = busy.client_key
),

services as (
    select distinct stg_resource_role.resource_id
    from stg_resource_role
    where stg_resource_role.resource_role = 'service'
),

url_datasets as (
    select stg_url_target.url_id, min(stg_url_target.dataset_id) as dataset_id
    from stg_url_target
    left join services on services.resource_id = stg_url_target.resource_id
    where
        stg_url_target.dataset_id <> ''
        and stg_url_target.rule <> 'service_call'
        and services.resource_id is null
    group by stg_url_target.url_id
),

asked as (
    select
        stg_hit.day,
        stg_hit.client_key,
        stg_hit.session_hour,
        url_datasets.dataset_id,
        looked_at.is_robots_txt,
        bool_or(stg_hit.referrer_id = 0) as is_direct,
        bool_or(stg_hit.network_class in ('academic', 'government')) as is_shared,
        min(coalesce(stg_agent_class.agent_class, 'regular')) as agent_class
    from stg_hit
    inner join build_day on build_day.day = stg_hit.day
    inner join looked_at
        on looked_at.day = stg_hit.day
        and looked_at.client_key = stg_hit.client_key
    left join stg_agent_class on stg_agent_class.agent_id = stg_hit.agent_id
    left join url_datasets on url_datasets.url_id = stg_hit.url_id
    where not stg_hit.is_own and coalesce(stg_agent_class.agent_class, 'regular') <> 'robot'
    group by
        stg_hit.day,
        stg_hit.client_key,
        stg_hit.session_hour,
        url_datasets.dataset_id,
        looked_at.is_robots_txt
),

hours as (
    select
        day,
        client_key,
        session_hour,
        count(dataset_id) as dataset_count,
        count(dataset_id) filter (where is_direct) as direct_count
    from asked
    group by day, client_key, session_hour
),

busiest_hours as (
    select
        day,
        client_key,
        max(dataset_count) as hour_count,
        max(direct_count) as direct_hour_count
    from hours
    group by day, client_key
),

days as (
    select
        day,
        client_key,
        bool_or(is_robots_txt) as is_robots_txt,
        bool_or(is_shared) as is_shared,
        min(agent_class) as agent_class,
        count(distinct dataset_id) as dataset_count,
        count(distinct dataset_id) filter (where is_direct) as direct_count
    from asked
    group by day, client_key
),

measured as (
    select
        days.day,
        days.client_key,
        days.dataset_count,
        days.is_robots_txt and (days.agent_class <> 'machine' or days.dataset_count > 1)
            as has_read_robots_txt,
        busiest_hours.direct_hour_count > limits.dataset_limit
            or days.direct_count > 4 * limits.dataset_limit
            or busiest_hours.hour_count > 10 * limits.dataset_limit as has_many_datasets
    from days
    inner join busiest_hours
        on busiest_hours.day = days.day
        and busiest_hours.client_key = days.client_key
    inner join (
        select false as is_shared, suspect_datasets_per_hour as dataset_limit
        from build_setting

        union all

        select true as is_shared, 4 * suspect_datasets_per_hour as dataset_limit
        from build_setting
    ) as limits on limits.is_shared = days.is_shared
)

select
    day,
    client_key,
    case when has_read_robots_txt then 'robots_txt' else 'many_datasets' end as reason,
    dataset_count
from measured
where has_read_robots_txt or has_many_datasets
