-- Where the use of each dataset came from, in the trailing year and in each quarter.
--
-- grain: dataset_id, period, medium, referrer_name
--
-- dataset_id        see dim_dataset
-- period            trailing_year (365 days to as_of_date), or the quarter's label
-- medium            see fct_referral_day
-- referrer_name     name of the site, or its registrable domain; empty: direct
-- client_days       client-days with a request that came from it
-- page_client_days  client-days that came from it to information on the dataset
-- last_date         last day on which anybody came from it, UTC

with

days as (
    select
        fct_referral_day.dataset_id,
        dim_date.quarter_label,
        dim_date.days_before < 365 as is_trailing,
        fct_referral_day.medium,
        fct_referral_day.referrer_name,
        sum(fct_referral_day.client_days) as client_days,
        sum(fct_referral_day.page_client_days) as page_client_days,
        max(fct_referral_day.day) as last_date
    from fct_referral_day
    inner join dim_date on dim_date.day = fct_referral_day.day
    group by
        fct_referral_day.dataset_id,
        dim_date.quarter_label,
        dim_date.days_before < 365,
        fct_referral_day.medium,
        fct_referral_day.referrer_name
),

labelled as (
    select
        dataset_id,
        'trailing_year' as period,
        medium,
        referrer_name,
        client_days,
        page_client_days,
        last_date
    from days
    where is_trailing

    union all

    select
        dataset_id,
        quarter_label as period,
        medium,
        referrer_name,
        client_days,
        page_client_days,
        last_date
    from days
)

select
    dataset_id,
    period,
    medium,
    referrer_name,
    cast(sum(client_days) as bigint) as client_days,
    cast(sum(page_client_days) as bigint) as page_client_days,
    max(last_date) as last_date
from labelled
group by dataset_id, period, medium, referrer_name
