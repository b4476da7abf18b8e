-- The most used datasets
--
-- One row for each of the 100 datasets with most use in the quarter.
--
-- key: 1
-- latest: one_client
-- confidential: _machine_requests, machine_share: part of requests: rows add up
--     to 07_most_used_total by quarter
-- confidential: _machine_days, machine_share: part of client_days: rows add up
--     to 07_most_used_total by quarter
--
-- place          Place (count): Place by uses, from 1.
-- dataset        Dataset: The dataset, with its page.
-- publisher      Publisher: The publisher.
-- client_days    Uses (count, client-days): Client-days with a request in the quarter; where not
--     all days could be seen, at least so many.
-- requests       Requests (count): Retrievals of its data in the quarter (Total_Dataset_Requests).
-- machine_share  Share by machines (share): Share of the requests by scripts, desktop GIS and the
--     like.
-- one_client     One client makes most (yesno): In the year to the day on which the figures end,
--     one client made more than half of the requests on one day.

with

machines as (
    select
        dataset_month.dataset_id,
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
        ) as machine_days,
        cast(sum(dataset_month.total_requests) as bigint) as requests
    from dataset_month
    inner join (
        select distinct month_start_date
        from dim_date
        where quarter_label = $quarter
    ) as months on months.month_start_date = dataset_month.month_start_date
    group by dataset_month.dataset_id
),

ranked as (
    select
        dataset_usage.dataset_id,
        dataset_usage.period,
        dataset_usage.all_uses,
        dataset_usage.measured_days,
        dataset_usage.live_days,
        row_number() over (
            order by dataset_usage.all_uses desc, dim_dataset.title, dataset_usage.dataset_id
        ) as place
    from dataset_usage
    inner join dim_dataset on dim_dataset.dataset_id = dataset_usage.dataset_id
    where
        dataset_usage.period = $quarter
        and dataset_usage.all_uses > 0
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
)

select
    ranked.place,
    ranked.period as quarter,
    dim_dataset.title as dataset,
    dim_dataset.page_url as dataset_link,
    dim_dataset.name as _name,
    dim_dataset.publisher,
    ranked.all_uses as client_days,
    case when ranked.measured_days < ranked.live_days then '[u]' else '' end as client_days_mark,
    machines.requests,
    machines.machine_requests as _machine_requests,
    machines.machine_days as _machine_days,
    round(
        cast(machines.machine_requests as double) / nullif(cast(machines.requests as double), 0e0),
        4
    ) as machine_share,
    dataset_status.busiest_client_share > 0.5e0 as one_client,
    case when dataset_status.busiest_client_share > 0.5e0 then '[u]' else '[x]' end
        as one_client_mark
from ranked
inner join dim_dataset on dim_dataset.dataset_id = ranked.dataset_id
left join machines on machines.dataset_id = ranked.dataset_id
left join dataset_status on dataset_status.dataset_id = ranked.dataset_id
where ranked.place <= 100
order by ranked.place
