-- The sources of counts: what each knows, how much of all use it sees, how many datasets it tells
-- of, and how much of what it counted found no dataset.
--
-- grain: source, metric_kind
--
-- source              its configured name
-- metric_kind         pages (visits of pages), files (files taken and links followed), or
--     referrals (where visitors came from)
-- kind                ckan_tracking, counters, matomo, ga4, plausible, searchconsole or countsfile;
--     empty: no longer configured
-- time_zone           zone of its days; empty: UTC
-- first_date          first day that it was asked for or read on
-- last_known_date     last day that it knows; null: none
-- known_days          days known for good: what is absent is zero
-- provisional_days    days known that may still change
-- partial_days        days of which what is absent is unknown
-- unknown_days        the others, to as_of_date
-- share_low           part of all use that it sees of a dataset, at least (0 to 1): below it for
--     one dataset in twenty; null: not known, so that absence proves nothing
-- share_high          the same, at most; null: not known
-- share_mean          the same, on average; null: not known
-- share_basis         configured, measured (see source_agreement), or unknown
-- common_datasets     datasets with 10 client-days or more in the log, from which it could be
--     measured
-- share_variation     coefficient of variation of the share between them; null: none
-- dispersion          how its counts cluster, with the usual threshold; null: of referrals
-- dispersion_basis    source, log, or default; null: of referrals
-- counted_datasets    datasets of which it counted anything in the 365 days to as_of_date; null: of
--     referrals
-- resting_datasets    datasets whose status, or page status, rests on it; null: of referrals
-- counted             what it counted in these 365 days, of any page or file; 0: of a counter
-- counted_no_dataset  of that: found no dataset that we know of, or several equally
-- counted_no_use      of that: known to be no use of a dataset, such as the start page

with

days as (
    select
        source,
        metric_kind,
        min(day) as first_date,
        max(case when is_known then day end) as last_known_date,
        count(*) filter (where state = 'known') as known_days,
        count(*) filter (where state = 'provisional') as provisional_days,
        count(*) filter (where state = 'partial') as partial_days,
        count(*) filter (where state = 'unknown') as unknown_days
    from fct_count_day
    group by source, metric_kind
),

dispersions as (
    select source, metric_kind, dispersion, dispersion_basis
    from int_count_dispersion
    where window_label = 'current' and scenario in ('base', 'page')
),

datasets as (
    select
        fct_dataset_period.source,
        fct_dataset_period.metric_kind,
        count(distinct fct_dataset_period.dataset_id) as dataset_count
    from fct_dataset_period
    cross join build_setting
    where
        fct_dataset_period.usage_kind
            = case fct_dataset_period.metric_kind
                when 'files' then 'request'
                else 'investigation'
            end
        and fct_dataset_period.value_low > 0
        and fct_dataset_period.period_end <= build_setting.as_of_date
        and fct_dataset_period.period_start
            > cast(build_setting.as_of_date - interval '365' day as date)
    group by fct_dataset_period.source, fct_dataset_period.metric_kind
),

resting as (
    select evidence_source as source, 'files' as metric_kind, count(*) as dataset_count
    from dataset_status
    where evidence_source <> 'log'
    group by evidence_source

    union all

    select page_evidence_source as source, 'pages' as metric_kind, count(*) as dataset_count
    from dataset_status
    where page_evidence_source <> 'log'
    group by page_evidence_source
),

counts as (
    select
        int_count_period.source,
        int_count_period.metric_kind,
        cast(sum(stg_usage_count.value) as bigint) as counted,
        cast(
            sum(
                case coalesce(int_url.usage_kind, 'unattributed')
                    when 'unattributed' then stg_usage_count.value
                    else 0
                end
            ) as bigint
        ) as counted_no_dataset,
        cast(
            sum(case int_url.usage_kind when 'none' then stg_usage_count.value else 0 end) as bigint
        ) as counted_no_use
    from stg_usage_count
    inner join int_count_period
        on int_count_period.unit_id = stg_usage_count.unit_id
        and int_count_period.source = stg_usage_count.source
        and int_count_period.metric = stg_usage_count.metric
        and int_count_period.period_start = stg_usage_count.period_start
        and int_count_period.period_end = stg_usage_count.period_end
    cross join build_setting
    left join int_url on int_url.url_id = stg_usage_count.url_id
    where
        int_count_period.period_end <= build_setting.as_of_date
        and int_count_period.period_start
            > cast(build_setting.as_of_date - interval '365' day as date)
    group by int_count_period.source, int_count_period.metric_kind
)

select
    days.source,
    days.metric_kind,
    coalesce(stg_count_source.kind, '') as kind,
    coalesce(stg_count_source.time_zone, '') as time_zone,
    days.first_date,
    days.last_known_date,
    days.known_days,
    days.provisional_days,
    days.partial_days,
    days.unknown_days,
    round(int_count_share.share_low, 4) as share_low,
    round(int_count_share.share_high, 4) as share_high,
    round(int_count_share.share_mean, 4) as share_mean,
    coalesce(int_count_share.share_basis, 'unknown') as share_basis,
    coalesce(int_count_share.dataset_count, 0) as common_datasets,
    round(int_count_share.variation, 3) as share_variation,
    round(dispersions.dispersion, 3) as dispersion,
    dispersions.dispersion_basis,
    case when days.metric_kind <> 'referrals' then coalesce(datasets.dataset_count, 0) end
        as counted_datasets,
    case when days.metric_kind <> 'referrals' then coalesce(resting.dataset_count, 0) end
        as resting_datasets,
    coalesce(counts.counted, 0) as counted,
    coalesce(counts.counted_no_dataset, 0) as counted_no_dataset,
    coalesce(counts.counted_no_use, 0) as counted_no_use
from days
left join stg_count_source on stg_count_source.source = days.source
left join int_count_share
    on int_count_share.source = days.source
    and int_count_share.metric_kind = days.metric_kind
left join dispersions
    on dispersions.source = days.source
    and dispersions.metric_kind = days.metric_kind
left join datasets
    on datasets.source = days.source
    and datasets.metric_kind = days.metric_kind
left join resting
    on resting.source = days.source
    and resting.metric_kind = days.metric_kind
left join counts
    on counts.source = days.source
    and counts.metric_kind = days.metric_kind
