-- What each source of counts says of each dataset in the 365 days to as_of_date, whether or not the
-- status rests on it. Sources see the same visitors: compare them, and never add them.
--
-- grain: dataset_id, source, metric_kind
--
-- dataset_id     see dim_dataset
-- source         name of the source of counts
-- metric_kind    files (requests) or pages (visits of its page)
-- uses_low       least use that it counted, in client-days
-- uses_high      most use that it counted on the days that it knows
-- answered_days  days on which it could have proven use
-- known_days     those of them on which what is absent is zero
-- open_days      days that its counter leaves open
-- last_date      last day that it knows; null: none
-- share_low      part of all use that it sees, at least (0 to 1); null: not known
-- share_high     the same, at most; null: not known
-- lower_limit    rate of all use a quarter, at least, with 95 % confidence
-- upper_limit    the same, at most: by uses_high, divided by share_low; null: not known
-- proof          used, low (fewer than the threshold), or none: it proves neither
-- reason         of none: counter_open, or seldom_seen; see int_count_verdict

select
    dataset_id,
    source,
    case scenario when 'page' then 'pages' else 'files' end as metric_kind,
    uses_low,
    uses_high,
    answered_days,
    known_days,
    open_days,
    last_date,
    round(share_low, 4) as share_low,
    round(share_high, 4) as share_high,
    round(lower_limit, 2) as lower_limit,
    round(upper_limit, 2) as upper_limit,
    proof,
    reason
from int_count_verdict
where window_label = 'current' and scenario in ('base', 'page')
