-- Uses of a dataset on a day by the family of the client's program: regular clients and machines.
--
-- grain: day, dataset_id, agent_class, agent_name
-- incremental: day
--
-- day          UTC day
-- dataset_id   the dataset
-- agent_class  regular or machine
-- agent_name   family of the program, as a list or its own text calls it: not to be published
-- client_days  distinct clients with a request

with

clients as (
    select
        int_session.day,
        int_session.dataset_id,
        int_session.client_key,
        min(int_session.visitor_kind) as visitor_kind,
        min(int_session.agent_id) as agent_id
    from int_session
    inner join build_day on build_day.day = int_session.day
    where int_session.visitor_kind in ('regular', 'machine') and int_session.request_count > 0
    group by int_session.day, int_session.dataset_id, int_session.client_key
)

select
    clients.day,
    clients.dataset_id,
    clients.visitor_kind as agent_class,
    coalesce(stg_agent_class.agent_name, 'other') as agent_name,
    count(*) as client_days
from clients
left join stg_agent_class on stg_agent_class.agent_id = clients.agent_id
group by
    clients.day,
    clients.dataset_id,
    clients.visitor_kind,
    coalesce(stg_agent_class.agent_name, 'other')
