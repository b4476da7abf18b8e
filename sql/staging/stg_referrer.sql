-- The referring page behind a referrer_id.
--
-- grain: referrer_id
--
-- referrer_id  xxh3-64 of host and path
-- host         lower-case host of the referring page
-- path         its path

select
    referrer_id,
    any_value(host) as host,
    any_value(path) as path
from raw.referrer
group by referrer_id
