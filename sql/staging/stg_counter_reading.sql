-- A cumulative counter, as it was read.
--
-- grain: unit_id, source, metric, subject_kind, subject, url_id
--
-- unit_id       see stg_count_pull
-- source        see stg_count_source
-- metric        pages, downloads, outlinks or file_events
-- unit          client_days (distinct visitors of each day, added up) or events (how often)
-- subject_kind  what it is of: dataset, resource, or url
-- subject       id of the dataset or resource; empty: of a URL
-- url_id        see stg_url; 0: not of a URL
-- counted_as    name or address it counts under, since it may start again under another; empty:
--     not known
-- read_at       when it was read, UTC
-- value         the count up to then

select
    unit_id,
    source,
    metric,
    min(unit) as unit,
    subject_kind,
    coalesce(subject, '') as subject,
    coalesce(url_id, 0) as url_id,
    coalesce(min(counted_as), '') as counted_as,
    max(read_at) as read_at,
    max(value) as value
from raw.counter_reading
group by unit_id, source, metric, subject_kind, coalesce(subject, ''), coalesce(url_id, 0)
