-- What a source of counts knows up to each day, added up from its first one, as
-- int_host_set_total has it of logs.
--
-- grain: source, metric_kind, day
--
-- source         see stg_count_source
-- metric_kind    see fct_count_day
-- day            day, to as_of_date; counts include it
-- answered_days  days on which use could be proven
-- known_days     days on which disuse could be proven too
-- last_date      last of these; null: none

with

flags as (
    select
        source,
        metric_kind,
        day,
        case when is_answered then 1 else 0 end as is_answered,
        case when is_known then 1 else 0 end as is_known
    from fct_count_day
)

select
    source,
    metric_kind,
    day,
    cast(sum(is_answered) over (
        partition by source, metric_kind
        order by day rows between unbounded preceding and current row
    ) as bigint) as answered_days,
    cast(sum(is_known) over (
        partition by source, metric_kind
        order by day rows between unbounded preceding and current row
    ) as bigint) as known_days,
    max(case when is_known = 1 then day end) over (
        partition by source, metric_kind
        order by day rows between unbounded preceding and current row
    ) as last_date
from flags
