-- The canonical URL behind a url_id; the same URL may have been loaded with many units.
--
-- grain: url_id
--
-- url_id  xxh3-64 of the canonical text
-- host    lower-case host, with its port where it is not the default one
-- path    canonical path; empty: forgotten when its hits were pruned, and not seen since
-- query   the parameters that were kept, sorted by name; null or empty: none, or forgotten

select
    url_id,
    any_value(host) as host,
    max(path) as path,
    max(query) as query
from raw.url
group by url_id
