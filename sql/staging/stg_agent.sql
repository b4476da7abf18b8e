-- The user agent behind an agent_id.
--
-- grain: agent_id
--
-- agent_id    xxh3-64 of the text
-- user_agent  the text, e-mail addresses masked

select
    agent_id,
    any_value(user_agent) as user_agent
from raw.agent
group by agent_id
