-- What a tool counted of a URL in a period, by answer: see stg_count_pull for which one holds.
-- Several rows of one URL in an answer, such as its forms with and without a query, are added.
--
-- grain: unit_id, source, metric, unit, url_id, period_start, period_end
--
-- unit_id       see stg_count_pull
-- source        see stg_count_source
-- metric        see stg_count_pull
-- unit          client_days (distinct visitors of the day) or events (how often)
-- url_id        see stg_url
-- period_start  first day, in the tool's own zone
-- period_end    last day
-- value         the count

select
    unit_id,
    source,
    metric,
    unit,
    url_id,
    period_start,
    period_end,
    cast(sum(value) as bigint) as value
from raw.usage_count
group by unit_id, source, metric, unit, url_id, period_start, period_end
