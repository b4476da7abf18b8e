-- What we could see of each host that data is on, and how many datasets depend on it.
--
-- A host without a log hides the use of all that is on it.
with

datasets as (
    select host, count(distinct dataset_id) as datasets
    from dim_resource
    where resource_role in ('data', 'service') and is_live
    group by host
)

select
    host,
    coalesce(max(datasets.datasets), 0) as datasets,
    count(*) as days,
    count(*) filter (where is_measured) as measured_days,
    count(*) filter (where is_proving and not is_measured) as partly_seen_days,
    max_by(coverage, day) as now,
    max(day) filter (where not is_measured) as last_day_not_measured
from int_host_day
left join datasets using (host)
group by host
order by datasets desc, host;
