-- Where visitors came from as tools count it, in the trailing year and in each quarter. A period of
-- the tool that reaches over the edge of one of these is in neither.
--
-- grain: source, dataset_id, period, medium, referrer_name
--
-- source         name of the source of counts
-- dataset_id     see dim_dataset; empty: the whole site
-- period         trailing_year (365 days to as_of_date), or the quarter's label
-- medium         see fct_referral_period
-- referrer_name  see fct_referral_period
-- unit           client_days, or events where any of it is
-- visits         see fct_referral_period
-- last_date      last day of the last of these periods of the tool

with

periods as (
    select
        'trailing_year' as period,
        cast(as_of_date - interval '364' day as date) as start_date,
        as_of_date as end_date
    from build_setting

    union all

    select distinct
        quarter_label as period,
        quarter_start_date as start_date,
        quarter_end_date as end_date
    from dim_date
)

select
    fct_referral_period.source,
    fct_referral_period.dataset_id,
    periods.period,
    fct_referral_period.medium,
    fct_referral_period.referrer_name,
    max(fct_referral_period.unit) as unit,
    cast(sum(fct_referral_period.visits) as bigint) as visits,
    max(fct_referral_period.period_end) as last_date
from fct_referral_period
inner join periods
    on periods.start_date <= fct_referral_period.period_start
    and periods.end_date >= fct_referral_period.period_end
group by
    fct_referral_period.source,
    fct_referral_period.dataset_id,
    periods.period,
    fct_referral_period.medium,
    fct_referral_period.referrer_name
