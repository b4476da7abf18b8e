-- Where the use of each dataset came from, in the trailing year and in each quarter: as the logs
-- have it, and beside that as each tool does. The same visitor may be in all of them, so a source's
-- numbers stand in rows and columns of their own and are never added to another's.
--
-- grain: source, dataset_id, period, medium, referrer_name
--
-- source            log, or the name of a source of counts
-- dataset_id        see dim_dataset
-- period            trailing_year (365 days to as_of_date), or the quarter's label
-- medium            see fct_referral_day
-- referrer_name     name of the site, or its registrable domain; empty: direct
-- client_days       client-days with a request that came from it; null: not by a log
-- page_client_days  client-days that came from it to information on the dataset; null: likewise
-- visits            visits of its pages that a tool counted; see fct_referral_period; null: by a
--     log
-- unit              of visits: client_days or events; null: by a log
-- last_date         last day on which anybody came from it, UTC; of a tool that of its period

with

days as (
    select
        fct_referral_day.dataset_id,
        dim_date.quarter_start_date,
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
        dim_date.quarter_start_date,
        dim_date.days_before < 365,
        fct_referral_day.medium,
        fct_referral_day.referrer_name
),

-- The 365 days begin within at most one quarter: of the others all days are on one side.
quarters as (
    select
        quarter_start_date,
        min(quarter_label) as period,
        count(distinct case when days_before < 365 then 1 else 0 end) = 1 as is_whole
    from dim_date
    group by quarter_start_date
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
        days.dataset_id,
        quarters.period,
        days.medium,
        days.referrer_name,
        days.client_days,
        days.page_client_days,
        days.last_date
    from days
    inner join quarters on quarters.quarter_start_date = days.quarter_start_date
    where not quarters.is_whole
)

select
    'log' as source,
    dataset_id,
    period,
    medium,
    referrer_name,
    cast(sum(client_days) as bigint) as client_days,
    cast(sum(page_client_days) as bigint) as page_client_days,
    cast(null as bigint) as visits,
    cast(null as varchar) as unit,
    max(last_date) as last_date
from labelled
group by dataset_id, period, medium, referrer_name

union all

select
    'log' as source,
    days.dataset_id,
    quarters.period,
    days.medium,
    days.referrer_name,
    cast(days.client_days as bigint) as client_days,
    cast(days.page_client_days as bigint) as page_client_days,
    cast(null as bigint) as visits,
    cast(null as varchar) as unit,
    days.last_date
from days
inner join quarters on quarters.quarter_start_date = days.quarter_start_date
where quarters.is_whole

union all

select
    source,
    dataset_id,
    period,
    medium,
    referrer_name,
    cast(null as bigint) as client_days,
    cast(null as bigint) as page_client_days,
    visits,
    unit,
    last_date
from int_referral_count
where dataset_id <> ''
