-- What each publisher's datasets come to: how many have which status, and their use, by name.
--
-- No ranking: publishers differ in what they publish and in how much of it can be seen. uses counts
-- the records of one dataset once.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
-- param: period (text, default trailing_year) trailing_year, or a quarter such as 2026Q1
select
    publisher,
    live_datasets as datasets,
    judged_datasets as judged,
    used,
    borderline,
    barely_used,
    unused,
    unreachable,
    insufficient_evidence as insufficient,
    not_measurable,
    datasets_with_use as with_use,
    client_days as uses
from publisher_usage
where period = $period
    and ($publisher is null or publisher_id = $publisher)
order by publisher, publisher_id;
