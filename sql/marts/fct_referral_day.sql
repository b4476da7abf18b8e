-- Where the use of a dataset came from, by day and site: only days with something in it. Own
-- staff and robots are in no figure. A site is known by its registrable domain or its name,
-- never by a page. A download mostly comes from the portal's own page; who sent the reader to
-- that page, page_client_days tells.
--
-- grain: dataset_id, day, medium, referrer_name
-- incremental: day
--
-- dataset_id        see dim_dataset
-- day               UTC day
-- medium            direct (no referrer was sent), internal (from a host of the portal or its
--     logs), search, social, email, ai_assistant, government, academic, code_host, data_portal,
--     other, or unclassified
-- referrer_name     name of the site, or its registrable domain; empty: direct
-- client_days       distinct clients of the day with a request that came from it
-- page_client_days  distinct clients of the day that came from it to information on the dataset

with

-- A site has many pages; the smallest of their ids stands for it, since numbers are quick to sort.
pages as (
    select
        referrer_id,
        medium,
        referrer_name,
        min(referrer_id) over (partition by medium, referrer_name) as site_id
    from stg_referrer_class
),

-- 0 stands for no referrer, 1 for one without a class. A client may come from several sites.
arrivals as (
    select
        int_click.dataset_id,
        int_click.day,
        int_click.client_key,
        coalesce(
            pages.site_id,
            case when coalesce(int_click.referrer_id, 0) = 0 then 0 else 1 end
        ) as site_id,
        bool_or(int_click.usage_kind = 'request') as has_request,
        bool_or(int_click.usage_kind = 'investigation') as has_investigation
    from int_click
    inner join build_day on build_day.day = int_click.day
    left join pages on pages.referrer_id = int_click.referrer_id
    where int_click.visitor_kind in ('regular', 'machine')
    group by
        int_click.dataset_id,
        int_click.day,
        int_click.client_key,
        coalesce(
            pages.site_id,
            case when coalesce(int_click.referrer_id, 0) = 0 then 0 else 1 end
        )
),

counted as (
    select
        dataset_id,
        day,
        site_id,
        count(*) filter (where has_request) as client_days,
        count(*) filter (where has_investigation) as page_client_days
    from arrivals
    group by dataset_id, day, site_id
)

select
    counted.dataset_id,
    counted.day,
    coalesce(pages.medium, case when counted.site_id = 0 then 'direct' else 'unclassified' end)
        as medium,
    coalesce(pages.referrer_name, '') as referrer_name,
    counted.client_days,
    counted.page_client_days
from counted
left join pages on pages.referrer_id = counted.site_id
