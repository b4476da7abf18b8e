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
    int_url.host,
    stg_hit.day,
    count(*) as post_count
from stg_hit
inner join build_day on build_day.day = stg_hit.day
inner join stg_unit on stg_unit.unit_id = stg_hit.unit_id
inner join int_url on int_url.url_id = stg_hit.url_id
left join stg_agent_class on stg_agent_class.agent_id = stg_hit.agent_id
where
    int_url.is_datastore_call
    and stg_hit.method = 'POST'
    and stg_hit.status = 200
    and not stg_hit.is_own
    and coalesce(stg_agent_class.agent_class, 'regular') <> 'robot'
    and int_url.usage_kind in ('none', 'unattributed')
group by int_url.host, stg_hit.day
