-- Where people came from, by site
--
-- One row for each of the 50 sites from which most people came in the quarter, the portal itself
-- and arrivals without a site left out.
--
-- key: 2
-- confidential: client_days, datasets: rows add up to 09_referrers by medium
-- confidential: page_visits, datasets: rows add up to 09_referrers by medium
--
-- medium       Kind of site (word): What kind of site it is.
-- site         Site: Its name, or its registrable domain.
-- client_days  Uses (count, client-days): Client-days with a request that came from there.
-- page_visits  Page visits (count, client-days): Client-days that came from there to information
--     about a dataset.
-- datasets     Datasets (count): Datasets to which anybody came from there.

with

sites as (
    select
        referrer_usage.medium,
        referrer_usage.referrer_name,
        cast(sum(referrer_usage.client_days) as bigint) as client_days,
        cast(sum(referrer_usage.page_client_days) as bigint) as page_visits,
        count(*) as datasets
    from referrer_usage
    inner join dim_dataset on dim_dataset.dataset_id = referrer_usage.dataset_id
    where
        referrer_usage.period = $quarter
        and referrer_usage.source = 'log'
        and referrer_usage.medium not in ('direct', 'internal')
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
    group by referrer_usage.medium, referrer_usage.referrer_name
),

ranked as (
    select
        medium,
        referrer_name,
        client_days,
        page_visits,
        datasets,
        row_number() over (
            order by page_visits + client_days desc, medium, referrer_name
        ) as place
    from sites
)

select
    medium,
    case when referrer_name = '' then 'not named' else referrer_name end as site,
    client_days,
    page_visits,
    datasets
from ranked
where place <= 50
order by place
