-- What a client did with a dataset in an hour.
--
-- grain: day, dataset_id, client_key, session_hour
-- incremental: day
-- clients: yes
--
-- day                  UTC day
-- dataset_id           the dataset
-- client_key           names a client within its day only
-- session_hour         hour of the day
-- visitor_kind         regular, machine, robot, suspected_robot or own
-- agent_id             the client's program, see stg_agent
-- request_count        requests, double clicks removed
-- investigation_count  clicks on information about the dataset, which are no requests
-- search_count         those of them that came from a search engine
-- last_request_at      time of the last request, UTC; null: none
-- response_bytes       bytes sent for requests

select
    int_click.day,
    int_click.dataset_id,
    int_click.client_key,
    int_click.session_hour,
    min(int_click.visitor_kind) as visitor_kind,
    min(int_click.agent_id) as agent_id,
    count(*) filter (where int_click.usage_kind = 'request') as request_count,
    count(*) filter (where int_click.usage_kind = 'investigation') as investigation_count,
    count(*) filter (
        where int_click.usage_kind = 'investigation' and int_click.is_from_search
    ) as search_count,
    max(int_click.clicked_at) filter (where int_click.usage_kind = 'request') as last_request_at,
    coalesce(
        cast(
            sum(int_click.response_bytes) filter (where int_click.usage_kind = 'request') as bigint
        ),
        0
    ) as response_bytes
from int_click
inner join build_day on build_day.day = int_click.day
group by int_click.day, int_click.dataset_id, int_click.client_key, int_click.session_hour
