-- The logs that a verdict on a dataset rests on: those that speak for the hosts of its data.
--
-- grain: dataset_id
--
-- dataset_id  the dataset
-- rests_on    names of the logs: all of up to two, else the first and the last by name and how
--     many more

with

set_logs as (
    select int_host_set.host_set, int_log_host.log
    from int_host_set
    inner join int_log_host
        on int_log_host.host = int_host_set.host
        and int_log_host.is_counted
),

named as (
    select
        host_set,
        min(log) as first_log,
        max(log) as last_log,
        count(distinct log) as log_count
    from set_logs
    group by host_set
)

select
    int_dataset_span.dataset_id,
    case named.log_count
        when 1 then named.first_log
        when 2 then named.first_log || ', ' || named.last_log
        else named.first_log || ', ' || named.last_log || ' and '
            || cast(named.log_count - 2 as varchar) || ' more'
    end as rests_on
from int_dataset_span
inner join named on named.host_set = int_dataset_span.host_set
cross join build_setting
where
    int_dataset_span.from_date <= build_setting.as_of_date
    and int_dataset_span.to_date > build_setting.as_of_date
