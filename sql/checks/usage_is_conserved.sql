-- Each click of a regular client or a machine is counted once in the daily facts, and nobody
-- else's: none is lost to a join, none counted twice. Days whose hits were pruned have facts but
-- no clicks any more. Returns the datasets and days that differ.
--
-- severity: error
--
-- dataset_id              the dataset
-- day                     UTC day
-- clicked_requests        requests among the clicks
-- counted_requests        requests in the facts
-- clicked_investigations  all clicks
-- counted_investigations  all clicks in the facts

with

both_sides as (
    select
        dataset_id,
        day,
        case when usage_kind = 'request' then 1 else 0 end as clicked_requests,
        0 as counted_requests,
        1 as clicked_investigations,
        0 as counted_investigations
    from int_click
    where visitor_kind in ('regular', 'machine')

    union all

    select
        fct_dataset_day.dataset_id,
        fct_dataset_day.day,
        0 as clicked_requests,
        fct_dataset_day.total_requests as counted_requests,
        0 as clicked_investigations,
        fct_dataset_day.total_investigations as counted_investigations
    from fct_dataset_day
    left join ledger.pruned_day as pruned_day on pruned_day.day = fct_dataset_day.day
    where pruned_day.day is null
)

select
    dataset_id,
    day,
    cast(sum(clicked_requests) as bigint) as clicked_requests,
    cast(sum(counted_requests) as bigint) as counted_requests,
    cast(sum(clicked_investigations) as bigint) as clicked_investigations,
    cast(sum(counted_investigations) as bigint) as counted_investigations
from both_sides
group by dataset_id, day
having
    sum(clicked_requests) <> sum(counted_requests)
    or sum(clicked_investigations) <> sum(counted_investigations)
