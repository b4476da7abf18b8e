-- The publishers' datasets add up: each record with a status at a period's end is counted for one
-- publisher, once, under its status; and no publisher has more use than its records have. Returns
-- the periods that differ.
--
-- severity: error
--
-- period         the period
-- live_datasets  records with a status
-- counted        records counted for publishers
-- by_status      the same, summed over the statuses
-- client_days    use of all records
-- counted_days   use of all publishers

with

records as (
    select 'trailing_year' as period, count(*) as live_datasets
    from dataset_status

    union all

    select quarter_label as period, count(*) as live_datasets
    from dataset_status_quarter
    group by quarter_label
),

publishers as (
    select
        period,
        cast(sum(live_datasets) as bigint) as counted,
        cast(
            sum(
                used + borderline + barely_used + unused + unreachable + insufficient_evidence
                + not_measurable
            ) as bigint
        ) as by_status,
        cast(sum(client_days) as bigint) as counted_days
    from publisher_usage
    group by period
),

uses as (
    select period, cast(sum(all_uses) as bigint) as client_days
    from dataset_usage
    group by period
)

select
    records.period,
    records.live_datasets,
    coalesce(publishers.counted, 0) as counted,
    coalesce(publishers.by_status, 0) as by_status,
    coalesce(uses.client_days, 0) as client_days,
    coalesce(publishers.counted_days, 0) as counted_days
from records
left join publishers on publishers.period = records.period
left join uses on uses.period = records.period
where
    records.live_datasets <> coalesce(publishers.counted, 0)
    or records.live_datasets <> coalesce(publishers.by_status, 0)
    or coalesce(publishers.counted_days, 0) > coalesce(uses.client_days, 0)
