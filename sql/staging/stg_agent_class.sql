-- What kind of client a user agent is.
--
-- grain: agent_id
--
-- agent_id     see stg_agent
-- agent_class  regular, machine or robot
-- agent_name   family of the client

select
    agent_id,
    min(agent_class) as agent_class,
    min(agent_name) as agent_name
from traffic.agent_class
group by agent_id
