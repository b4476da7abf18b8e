-- Where visitors came from, as a tool reports it, by answer; stg_count_pull says which one holds.
--
-- grain: unit_id, source, unit, url_id, host, medium, referrer_name, period_start, period_end
--
-- unit_id        see stg_count_pull
-- source         see stg_count_source
-- unit           client_days (distinct visitors of the day) or events (how often)
-- url_id         the page they came to; see stg_url; 0: the whole site
-- host           host they came from, in lower case; empty: the tool names none
-- medium         see stg_referrer_class; empty: the host tells
-- referrer_name  name of the site; empty: the host tells
-- period_start   first day, in the tool's own zone
-- period_end     last day
-- value          the count

select
    unit_id,
    source,
    unit,
    coalesce(url_id, 0) as url_id,
    lower(coalesce(referrer_host, '')) as host,
    coalesce(medium, '') as medium,
    coalesce(referrer_name, '') as referrer_name,
    period_start,
    period_end,
    cast(sum(value) as bigint) as value
from raw.referral_count
group by
    unit_id,
    source,
    unit,
    coalesce(url_id, 0),
    lower(coalesce(referrer_host, '')),
    coalesce(medium, ''),
    coalesce(referrer_name, ''),
    period_start,
    period_end
