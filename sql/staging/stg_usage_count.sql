-- What a tool counted of a URL in a period, by answer: see stg_count_pull for which one holds.
-- A tool may have several rows for what is one URL here (host names, titles, translated copies):
-- a visitor may be in each of them, or in one only.
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
-- value         the count, all rows of the URL together
-- largest_row   the largest of them: that many there were at least

select
    unit_id,
    source,
    metric,
    unit,
    url_id,
    period_start,
    period_end,
    cast(sum(value) as bigint) as value,
    max(value) as largest_row
from raw.usage_count
group by unit_id, source, metric, unit, url_id, period_start, period_end
