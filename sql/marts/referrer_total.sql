-- Where all use came from, by site, in the trailing year and in each quarter: as the logs have it,
-- and beside that as each tool does, never added. A client that used two datasets on a day is two
-- client-days here, as in every total over datasets. Of a tool that counts the whole site it is the
-- whole site, with its other pages; of one that counts by page it is what belongs to datasets.
--
-- grain: source, period, medium, referrer_name
--
-- source            log, or the name of a source of counts
-- period            trailing_year (365 days to as_of_date), or the quarter's label
-- medium            see fct_referral_day
-- referrer_name     name of the site, or its registrable domain; empty: direct
-- dataset_count     datasets that anybody came to from it; null: the tool counts the whole site
-- client_days       client-days with a request that came from it, summed over datasets; null: not
--     by a log
-- page_client_days  client-days that came from it to information on a dataset, summed likewise;
--     null: likewise
-- visits            visits that a tool counted; see fct_referral_period; null: by a log
-- unit              of visits: client_days or events; null: by a log
-- last_date         last day on which anybody came from it, UTC; of a tool that of its period

with

whole_sites as (
    select source, period, medium, referrer_name, visits, unit, last_date
    from int_referral_count
    where dataset_id = ''
),

counted_whole as (
    select distinct source, period
    from whole_sites
),

summed as (
    select
        source,
        period,
        medium,
        referrer_name,
        count(*) as dataset_count,
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(page_client_days) as bigint) as page_client_days,
        cast(sum(visits) as bigint) as visits,
        max(unit) as unit,
        max(last_date) as last_date
    from referrer_usage
    group by source, period, medium, referrer_name
)

select
    summed.source,
    summed.period,
    summed.medium,
    summed.referrer_name,
    summed.dataset_count,
    summed.client_days,
    summed.page_client_days,
    summed.visits,
    summed.unit,
    summed.last_date
from summed
left join counted_whole
    on counted_whole.source = summed.source
    and counted_whole.period = summed.period
where counted_whole.source is null

union all

select
    source,
    period,
    medium,
    referrer_name,
    cast(null as bigint) as dataset_count,
    cast(null as bigint) as client_days,
    cast(null as bigint) as page_client_days,
    visits,
    unit,
    last_date
from whole_sites
