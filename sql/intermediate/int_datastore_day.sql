-- Days on which somebody asked a host's DataStore by POST: the call names its resource in the
-- body, which no log keeps, so on such a day use of DataStore resources is only partly seen.
--
-- grain: host, day
-- incremental: day
--
-- host        host of the DataStore
-- day         UTC day
-- post_count  posted calls that were answered, by others than staff and robots

select
    int_url_host.host,
    stg_hit.day,
    count(*) as post_count
from stg_hit
inner join build_day on build_day.day = stg_hit.day
inner join stg_unit on stg_unit.unit_id = stg_hit.unit_id
inner join int_url_host on int_url_host.url_id = stg_hit.url_id
left join stg_agent_class on stg_agent_class.agent_id = stg_hit.agent_id
left join stg_url_target
    on stg_url_target.url_id = stg_hit.url_id
    and stg_url_target.dataset_id <> ''
where
    int_url_host.is_datastore_call
    and stg_hit.method = 'POST'
    and stg_hit.status = 200
    and not stg_hit.is_own
    and coalesce(stg_agent_class.agent_class, 'regular') <> 'robot'
    and stg_url_target.url_id is null
group by int_url_host.host, stg_hit.day
