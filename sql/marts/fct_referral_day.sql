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

clicks as (
    select
        int_click.dataset_id,
        int_click.day,
        int_click.client_key,
        coalesce(int_click.referrer_id, 0) as referrer_id,
        bool_or(int_click.usage_kind = 'request') as has_request,
        bool_or(int_click.usage_kind = 'investigation') as has_investigation
    from int_click
    inner join build_day on build_day.day = int_click.day
    where int_click.visitor_kind in ('regular', 'machine')
    group by
        int_click.dataset_id,
        int_click.day,
        int_click.client_key,
        coalesce(int_click.referrer_id, 0)
),

named as (
    select
        clicks.dataset_id,
        clicks.day,
        clicks.client_key,
        case
            when clicks.referrer_id = 0 then 'direct'
            else coalesce(stg_referrer_class.medium, 'unclassified')
        end as medium,
        coalesce(stg_referrer_class.referrer_name, '') as referrer_name,
        clicks.has_request,
        clicks.has_investigation
    from clicks
    left join stg_referrer_class on stg_referrer_class.referrer_id = clicks.referrer_id
),

-- A site has many pages, and a client may come from several.
arrivals as (
    select
        dataset_id,
        day,
        client_key,
        medium,
        referrer_name,
        bool_or(has_request) as has_request,
        bool_or(has_investigation) as has_investigation
    from named
    group by dataset_id, day, client_key, medium, referrer_name
)

select
    dataset_id,
    day,
    medium,
    referrer_name,
    count(*) filter (where has_request) as client_days,
    count(*) filter (where has_investigation) as page_client_days
from arrivals
group by dataset_id, day, medium, referrer_name
