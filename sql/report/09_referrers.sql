-- Where people came from, by kind of site
--
-- One row for each kind of site, by use in the quarter. A client that came to two datasets on a day
-- counts for both.
--
-- key: 1
-- confidential: client_days, sites: rows add up
-- confidential: page_visits, visit_share, sites: rows add up
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

-- All kinds, also those from which nobody came: what is not there cannot be kept confidential.
kinds as (
    select 'direct' as medium union all
    select 'internal' as medium union all
    select 'search' as medium union all
    select 'social' as medium union all
    select 'email' as medium union all
    select 'ai_assistant' as medium union all
    select 'government' as medium union all
    select 'academic' as medium union all
    select 'code_host' as medium union all
    select 'data_portal' as medium union all
    select 'other' as medium union all
    select 'unclassified' as medium
),

media as (
    select
        kinds.medium,
        cast(coalesce(sum(arrivals.client_days), 0) as bigint) as client_days,
        cast(coalesce(sum(arrivals.page_client_days), 0) as bigint) as page_visits,
        count(distinct arrivals.referrer_name) as sites
    from kinds
    left join arrivals on arrivals.medium = kinds.medium
    group by kinds.medium
),

totals as (
    select
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(page_visits) as bigint) as page_visits
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
where totals.client_days > 0 or totals.page_visits > 0
order by media.page_visits desc, media.client_days desc, media.medium
