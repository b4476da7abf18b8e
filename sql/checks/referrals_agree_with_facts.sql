-- Each client that used a dataset on a day came from somewhere: the sites of the day together
-- have at least the clients of the daily facts, and no site has more. Days whose hits were pruned
-- may be older than the table of sites. Returns the datasets and days that differ.
--
-- severity: error
--
-- dataset_id        the dataset
-- day               UTC day
-- client_days       clients with a request in the facts
-- site_client_days  the same of all sites together
-- most_client_days  the same of the site with most

with

counted as (
    select dataset_id, day, sum(client_days) as client_days
    from fct_dataset_day
    group by dataset_id, day
    having sum(client_days) > 0
),

referred as (
    select
        dataset_id,
        day,
        sum(client_days) as site_client_days,
        max(client_days) as most_client_days
    from fct_referral_day
    group by dataset_id, day
    having sum(client_days) > 0
)

select
    coalesce(counted.dataset_id, referred.dataset_id) as dataset_id,
    coalesce(counted.day, referred.day) as day,
    cast(coalesce(counted.client_days, 0) as bigint) as client_days,
    cast(coalesce(referred.site_client_days, 0) as bigint) as site_client_days,
    coalesce(referred.most_client_days, 0) as most_client_days
from counted
full outer join referred
    on referred.dataset_id = counted.dataset_id
    and referred.day = counted.day
left join ledger.pruned_day as pruned_day
    on pruned_day.day = coalesce(counted.day, referred.day)
where
    pruned_day.day is null
    and (
        coalesce(referred.site_client_days, 0) < coalesce(counted.client_days, 0)
        or coalesce(referred.most_client_days, 0) > coalesce(counted.client_days, 0)
    )
