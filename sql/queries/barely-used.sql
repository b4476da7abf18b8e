-- Datasets that are barely used: seen to be used, but fewer times a quarter than the threshold.
--
-- at_most is the upper 95 % limit of its uses a quarter; the table review_list has more columns.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
-- param: limit (integer, optional) datasets at most, those to act on first
select
    publisher,
    name,
    uses,
    upper_limit as at_most,
    suggested_action,
    note,
    evidence
from review_list
where status = 'barely_used'
    and ($publisher is null or publisher_id = $publisher)
order by review_rank
limit $limit;
