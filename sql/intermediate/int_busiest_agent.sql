-- The family of programs that most uses of a dataset in the current window are by: where it is one
-- script, say, its owner can be asked. Programs without a family are many, so they are none.
--
-- grain: dataset_id
--
-- dataset_id   the dataset
-- client_days  client-days with a request by the family
-- known_name   its name, where it is a product that our list or most readers have; null: it may be
--     a text that a client made up, so it is not published

with

families as (
    select
        int_agent_day.dataset_id,
        int_agent_day.agent_class,
        int_agent_day.agent_name,
        cast(sum(int_agent_day.client_days) as bigint) as client_days
    from int_agent_day
    inner join build_window
        on build_window.window_kind = 'current'
        and build_window.start_date <= int_agent_day.day
        and build_window.end_date >= int_agent_day.day
    where int_agent_day.agent_name not in ('other', 'none', '')
    group by int_agent_day.dataset_id, int_agent_day.agent_class, int_agent_day.agent_name
),

ranked as (
    select
        dataset_id,
        agent_class,
        agent_name,
        client_days,
        row_number() over (
            partition by dataset_id order by client_days desc, agent_name, agent_class
        ) as family_rank
    from families
)

select
    dataset_id,
    client_days,
    case
        -- A machine's name is our list's own.
        when agent_class = 'machine'
            or agent_name in (
                'Chrome', 'Chrome Mobile', 'Chrome Mobile WebView', 'Chromium', 'Edge',
                'Edge Mobile', 'Firefox', 'Firefox Mobile', 'IE', 'Mobile Safari', 'Opera',
                'Opera Mobile', 'Safari', 'Samsung Internet'
            ) then agent_name
    end as known_name
from ranked
where family_rank = 1
