-- Where visitors came from as tools count it, by source and period, beside the logs' own in
-- fct_referral_day: of the pages of a dataset, or of the whole site where a tool tells no more. A
-- tool sees visits of pages, never data that a program or a link elsewhere fetches, and it sees
-- visitors whom the logs see too: never add its numbers to those of a log or of another tool.
--
-- A site that a tool names by its host is known by its registrable domain or by the name that our
-- list has, as in the logs. What is absent is zero only where the days are known and is_whole.
--
-- grain: source, dataset_id, medium, referrer_name, period_start, period_end
--
-- source         name of the source of counts
-- dataset_id     see dim_dataset; empty: the whole site
-- medium         as in fct_referral_day; unclassified: a host without a class yet
-- referrer_name  name of the site, or its registrable domain; empty: direct, or not named
-- period_start   first day, in the tool's own zone
-- period_end     last day
-- unit           client_days (distinct visitors of each day) or events (how often)
-- visits         the count: of a dataset summed over its pages, so that a visitor who came to two
--     of them is two
-- is_whole       the tool left nothing out: a site that is absent brought nobody
-- is_final       the tool will change it no more

with

wanted as (
    select distinct host
    from stg_referral_count
    where host <> '' and medium = ''
),

-- A bare host has one class, with or without the slash.
sites as (
    select
        stg_referrer.host,
        min(stg_referrer_class.medium) as medium,
        min(stg_referrer_class.referrer_name) as referrer_name
    from stg_referrer
    inner join wanted on wanted.host = stg_referrer.host
    inner join stg_referrer_class on stg_referrer_class.referrer_id = stg_referrer.referrer_id
    where coalesce(stg_referrer.path, '') in ('', '/')
    group by stg_referrer.host
),

targets as (
    select url_id, dataset_id
    from stg_url_target
    where dataset_id <> '' and usage_kind in ('request', 'investigation')

    union all

    select cast(0 as bigint) as url_id, '' as dataset_id
),

counts as (
    select
        stg_referral_count.source,
        targets.dataset_id,
        case
            when stg_referral_count.medium <> '' then stg_referral_count.medium
            else coalesce(sites.medium, 'unclassified')
        end as medium,
        case
            when stg_referral_count.medium <> '' then stg_referral_count.referrer_name
            else coalesce(sites.referrer_name, '')
        end as referrer_name,
        stg_referral_count.period_start,
        stg_referral_count.period_end,
        stg_referral_count.unit,
        stg_referral_count.value,
        int_count_period.is_whole,
        int_count_period.is_final
    from stg_referral_count
    inner join int_count_period
        on int_count_period.unit_id = stg_referral_count.unit_id
        and int_count_period.source = stg_referral_count.source
        and int_count_period.metric = 'referrals'
        and int_count_period.period_start = stg_referral_count.period_start
        and int_count_period.period_end = stg_referral_count.period_end
    inner join targets on targets.url_id = stg_referral_count.url_id
    left join sites on sites.host = stg_referral_count.host
    where stg_referral_count.value > 0
)

select
    source,
    dataset_id,
    medium,
    referrer_name,
    period_start,
    period_end,
    max(unit) as unit,
    cast(sum(value) as bigint) as visits,
    bool_and(is_whole) as is_whole,
    bool_and(is_final) as is_final
from counts
group by source, dataset_id, medium, referrer_name, period_start, period_end
