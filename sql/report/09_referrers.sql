-- Where people came from, by kind of site
--
-- One row for each kind of site, by use in the quarter. A client that came to two datasets on a day
-- counts for both.
--
-- key: 1
--
-- medium        Kind of site (word): What kind of site it was.
-- client_days   Uses (count, client-days): Client-days with a request that came from there.
-- page_visits   Page visits (count, client-days): Client-days that came from there to information
--     about a dataset.
-- visit_share   Share of visits (share): Share of these page visits.
-- sites         Sites (count): Sites of this kind from which anybody came.

with

arrivals as (
    select
        referrer_usage.medium,
        referrer_usage.referrer_name,
        referrer_usage.client_days,
        referrer_usage.page_client_days
    from referrer_usage
    inner join dim_dataset on dim_dataset.dataset_id = referrer_usage.dataset_id
    where
        referrer_usage.period = $quarter
        and referrer_usage.source = 'log'
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

media as (
    select
        medium,
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(page_client_days) as bigint) as page_visits,
        count(distinct referrer_name) as sites
    from arrivals
    group by medium
),

totals as (
    select cast(sum(page_visits) as bigint) as page_visits
    from media
)

select
    media.medium,
    media.client_days,
    media.page_visits,
    round(
        cast(media.page_visits as double) / nullif(cast(totals.page_visits as double), 0e0),
        4
    ) as visit_share,
    '[z]' as visit_share_mark,
    media.sites
from media
cross join totals
order by media.page_visits desc, media.client_days desc, media.medium
