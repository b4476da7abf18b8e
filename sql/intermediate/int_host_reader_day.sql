-- Readers that a host had at least on a day, whatever they asked for and however it answered: the
-- most clients that one of its addresses had. Robots and staff are none.
--
-- grain: host, day
-- incremental: day
--
-- host          the host
-- day           UTC day with a line of a reader
-- reader_count  clients of the address that had most

select
    int_url.host,
    int_url_day.day,
    max(int_url_day.client_days) as reader_count
from int_url_day
inner join build_day on build_day.day = int_url_day.day
inner join int_url on int_url.url_id = int_url_day.url_id
where int_url_day.visitor_kind in ('regular', 'machine', 'unclassified')
group by int_url.host, int_url_day.day
