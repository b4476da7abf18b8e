-- All use that server logs saw in the quarter
--
-- One row for the reported quarter and each it is compared with.
--
-- key: 1
-- confidential: _machine_requests, machine_share: part of requests
-- confidential: _machine_days, machine_share: part of client_days
--
-- quarter        Quarter: The quarter.
-- with_use       Datasets with any use (count): Datasets with any use in the quarter.
-- client_days    Uses (count, client-days): Client-days with a request, summed over datasets;
--     records of one dataset each have their own.
-- requests       Requests (count): Retrievals of data (Total_Dataset_Requests), summed likewise.
-- machine_share  Share by machines (share): Share of the requests by scripts, desktop GIS and the
--     like.
-- visits         Page visits (count, client-days): Client-days that looked at information about a
--     dataset, summed likewise.

with

months as (
    select distinct quarter_label, month_start_date
    from dim_date
    where quarter_label in ($quarter, $previous, $year_ago)
),

machines as (
    select
        months.quarter_label,
        cast(
            sum(
                case
                    when dataset_month.access_method = 'Machine' then dataset_month.total_requests
                    else 0
                end
            ) as bigint
        ) as machine_requests,
        cast(
            sum(
                case
                    when dataset_month.access_method = 'Machine' then dataset_month.client_days
                    else 0
                end
            ) as bigint
        ) as machine_days
    from dataset_month
    inner join months on months.month_start_date = dataset_month.month_start_date
    inner join dim_dataset on dim_dataset.dataset_id = dataset_month.dataset_id
    where $publisher = '' or dim_dataset.publisher_id = $publisher
    group by months.quarter_label
),

totals as (
    select
        dataset_usage.period,
        max(dataset_usage.end_date) as end_date,
        count(*) filter (where dataset_usage.all_uses > 0) as with_use,
        cast(sum(dataset_usage.all_uses) as bigint) as client_days,
        cast(sum(dataset_usage.total_requests) as bigint) as requests,
        cast(sum(dataset_usage.page_client_days) as bigint) as visits
    from dataset_usage
    inner join dim_dataset on dim_dataset.dataset_id = dataset_usage.dataset_id
    where
        dataset_usage.period in ($quarter, $previous, $year_ago)
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
    group by dataset_usage.period
)

select
    totals.period as quarter,
    totals.with_use,
    totals.client_days,
    totals.requests,
    coalesce(machines.machine_requests, 0) as _machine_requests,
    coalesce(machines.machine_days, 0) as _machine_days,
    round(
        cast(coalesce(machines.machine_requests, 0) as double)
            / nullif(cast(totals.requests as double), 0e0),
        4
    ) as machine_share,
    '[z]' as machine_share_mark,
    totals.visits
from totals
left join machines on machines.quarter_label = totals.period
order by totals.end_date desc
