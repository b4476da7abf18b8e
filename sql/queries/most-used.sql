-- The datasets that are used most, by uses a quarter.
--
-- A use is a client on a day. uses_a_quarter is the rate drawn towards the common one as far as the
-- evidence is thin, and what the order is by; raw_rate is the rate as counted, on so many days.
-- at_least and at_most are the one-sided 95 % limits.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
-- param: limit (integer, default 20) datasets at most
select
    ranking.name,
    ranking.title,
    ranking.publisher,
    round(ranking.shrunk_rate_per_quarter, 2) as uses_a_quarter,
    ranking.raw_rate_per_quarter as raw_rate,
    ranking.uses,
    ranking.days,
    dataset_status.lower_limit as at_least,
    dataset_status.upper_limit as at_most,
    dataset_status.last_request_date as last_used
from dataset_ranking as ranking
inner join dataset_status using (dataset_id)
where dataset_status.all_uses > 0
    and ($publisher is null or ranking.publisher_id = $publisher)
order by ranking.usage_rank
limit $limit;
