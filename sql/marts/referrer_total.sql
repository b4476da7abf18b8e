-- Where all use came from, by site, in the trailing year and in each quarter. A client that used
-- two datasets on a day is two client-days here, as in every total over datasets.
--
-- grain: period, medium, referrer_name
--
-- period            trailing_year (365 days to as_of_date), or the quarter's label
-- medium            see fct_referral_day
-- referrer_name     name of the site, or its registrable domain; empty: direct
-- dataset_count     datasets that anybody came to from it
-- client_days       client-days with a request that came from it, summed over datasets
-- page_client_days  client-days that came from it to information on a dataset, summed likewise
-- last_date         last day on which anybody came from it, UTC

select
    period,
    medium,
    referrer_name,
    count(*) as dataset_count,
    cast(sum(client_days) as bigint) as client_days,
    cast(sum(page_client_days) as bigint) as page_client_days,
    max(last_date) as last_date
from referrer_usage
group by period, medium, referrer_name
