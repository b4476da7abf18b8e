-- The datasets that are used most, by uses a quarter.
--
-- A use is a client on a day. at_least and at_most are the one-sided 95 % limits.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
-- param: limit (integer, default 20) datasets at most
select
    name,
    title,
    publisher,
    rate_per_quarter as uses_a_quarter,
    lower_limit as at_least,
    upper_limit as at_most,
    all_uses,
    last_request_date as last_used
from dataset_status
where all_uses > 0
    and ($publisher is null or publisher_id = $publisher)
order by rate_per_quarter desc nulls last, all_uses desc, name, dataset_id
limit $limit;
