-- The sources of counts, as configured: a portal's own counters, and tools that count its visitors.
--
-- grain: source
--
-- source              its configured name
-- kind                ckan_tracking, counters, matomo, ga4, plausible, searchconsole or countsfile
-- time_zone           the zone that the dates of its periods are of; empty: UTC
-- request_share_low   part of all requests that it sees, at least (0 to 1); null: not given
-- request_share_high  the same, at most; null: not given
-- page_share_low      part of all visits of pages that it sees, at least (0 to 1); null: not given
-- page_share_high     the same, at most; null: not given

select
    source,
    min(kind) as kind,
    coalesce(min(time_zone), '') as time_zone,
    min(request_share_low) as request_share_low,
    max(request_share_high) as request_share_high,
    min(page_share_low) as page_share_low,
    max(page_share_high) as page_share_high
from raw.count_source
group by source
