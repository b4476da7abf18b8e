-- The days on which anything was asked of one dataset, by how it was asked.
--
-- uses are clients of the day with a request. A day without a line is a day without use only where
-- it was measured: see the question hosts. late: found when the hits of its day had gone, after the
-- catalogue or the rules changed; at most so many uses, and errors are not known.
-- param: dataset (dataset) its name, an old name, id, page address, or a part that only it has
-- param: since (date, optional) first day
-- param: until (date, optional) last day
with

days as (
    select
        dataset_id,
        day,
        access_method,
        client_days,
        total_requests,
        total_investigations,
        error_client_days,
        response_bytes,
        false as late
    from fct_dataset_day

    union all by name

    select
        dataset_id,
        day,
        access_method,
        client_days,
        total_requests,
        total_investigations,
        response_bytes,
        true as late
    from fct_late_day
)

select
    day,
    access_method,
    client_days as uses,
    total_requests as requests,
    total_investigations as investigations,
    error_client_days as errors,
    response_bytes as bytes,
    late
from days
where dataset_id = $dataset
    and ($since is null or day >= $since)
    and ($until is null or day <= $until)
order by day, access_method desc, late;
