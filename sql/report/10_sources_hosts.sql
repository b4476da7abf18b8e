-- Where the data is, and whether it could be seen
--
-- One row for each host of the datasets' data.
--
-- key: 1
-- latest: datasets
--
-- host           Host: Where the data is.
-- datasets       Datasets (count): Datasets with data there, on the day on which the figures end.
-- measured_days  Days measured (count, days): Days of the quarter on which all use of it was seen.
-- seen_days      Days seen (count, days): Days of the quarter on which use of it may have been
--     seen.
-- coverage       Seen by (word): What could be seen on the last day of the quarter.
-- log            Log: The first log that speaks for it.

with

data_hosts as (
    select dim_resource.host, count(distinct dim_resource.dataset_id) as datasets
    from dim_resource
    inner join dim_dataset on dim_dataset.dataset_id = dim_resource.dataset_id
    where
        dim_resource.is_live
        and dim_resource.resource_role in ('data', 'service')
        and dim_resource.host is not null
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
    group by dim_resource.host
),

host_days as (
    select
        int_host_day.host,
        count(*) filter (where int_host_day.is_measured) as measured_days,
        count(*) filter (where int_host_day.is_proving) as seen_days,
        max_by(int_host_day.coverage, int_host_day.day) as coverage,
        max_by(int_host_day.log, int_host_day.day) as log
    from int_host_day
    inner join dim_date
        on dim_date.day = int_host_day.day
        and dim_date.quarter_label = $quarter
    group by int_host_day.host
)

select
    data_hosts.host,
    data_hosts.datasets,
    coalesce(host_days.measured_days, 0) as measured_days,
    coalesce(host_days.seen_days, 0) as seen_days,
    coalesce(host_days.coverage, 'no_log') as coverage,
    host_days.log,
    '[z]' as log_mark
from data_hosts
left join host_days on host_days.host = data_hosts.host
order by data_hosts.datasets desc, data_hosts.host
