-- Datasets whose data people tried to get and met errors: fix these links first.
--
-- errors counts client-days with an error since the last request that worked, or ever.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
select
    publisher,
    name,
    error_client_days as errors,
    last_request_date as last_used,
    evidence
from dataset_status
where (status = 'unreachable' or is_broken_now)
    and ($publisher is null or publisher_id = $publisher)
order by errors desc, name, dataset_id;
