-- Use that was found to be of a dataset only after the hits of its day had gone: a rule, a list or
-- the catalogue changed. It is known by the daily counts of its URLs only, so it is approximate,
-- and stands beside fct_dataset_day, which stays as it was built. The clients of several URLs are
-- summed, since which of them are one is not known any more: too many prove no disuse, too few
-- might. What a dataset has lost to another since then it keeps.
--
-- grain: dataset_id, day, access_method
--
-- dataset_id            see dim_dataset
-- day                   UTC day
-- access_method         Regular or Machine
-- client_days           clients of each URL with a request, summed: an upper bound
-- page_client_days      clients of each URL that looked at information about it, summed
-- total_requests        hits that took data, double clicks and parts included
-- total_investigations  all hits
-- response_bytes        bytes sent for requests
-- is_approximate        always true

with

prunings as (
    select distinct pruned_at
    from stg_pruned_day
),

-- What came first after a day's hits went: a URL gained then is not in its facts. One that was
-- lost and gained again is.
first_changes as (
    select
        stg_target_change.url_id,
        stg_target_change.dataset_id,
        stg_target_change.usage_kind,
        prunings.pruned_at,
        min_by(stg_target_change.is_gained, stg_target_change.changed_at) as is_gained
    from stg_target_change
    inner join prunings on prunings.pruned_at <= stg_target_change.changed_at
    group by
        stg_target_change.url_id,
        stg_target_change.dataset_id,
        stg_target_change.usage_kind,
        prunings.pruned_at
),

late_targets as (
    select
        first_changes.url_id,
        first_changes.dataset_id,
        first_changes.usage_kind,
        first_changes.pruned_at
    from first_changes
    inner join stg_url_target
        on stg_url_target.url_id = first_changes.url_id
        and stg_url_target.dataset_id = first_changes.dataset_id
        and stg_url_target.usage_kind = first_changes.usage_kind
    where first_changes.is_gained and first_changes.usage_kind in ('request', 'investigation')
)

select
    late_targets.dataset_id,
    int_url_day.day,
    case int_url_day.visitor_kind when 'machine' then 'Machine' else 'Regular' end
        as access_method,
    cast(
        sum(
            case late_targets.usage_kind when 'request' then int_url_day.client_days else 0 end
        ) as bigint
    ) as client_days,
    cast(
        sum(
            case late_targets.usage_kind when 'request' then 0 else int_url_day.client_days end
        ) as bigint
    ) as page_client_days,
    cast(
        sum(
            case late_targets.usage_kind when 'request' then int_url_day.hit_count else 0 end
        ) as bigint
    ) as total_requests,
    cast(sum(int_url_day.hit_count) as bigint) as total_investigations,
    cast(
        sum(
            case late_targets.usage_kind when 'request' then int_url_day.response_bytes else 0 end
        ) as bigint
    ) as response_bytes,
    true as is_approximate
from late_targets
inner join stg_pruned_day on stg_pruned_day.pruned_at = late_targets.pruned_at
inner join int_url_day
    on int_url_day.url_id = late_targets.url_id
    and int_url_day.day = stg_pruned_day.day
inner join int_url on int_url.url_id = int_url_day.url_id
inner join int_log_host
    on int_log_host.log = int_url_day.log
    and int_log_host.host = int_url.host
    and int_log_host.from_date <= int_url_day.day
    and (int_log_host.to_date > int_url_day.day or int_log_host.to_date is null)
where
    int_log_host.is_counted
    and int_url_day.outcome = 'good'
    and int_url_day.visitor_kind in ('regular', 'machine', 'unclassified')
    and (
        int_url_day.method = 'GET'
        or (int_url_day.method = 'POST' and late_targets.usage_kind = 'request')
    )
group by
    late_targets.dataset_id,
    int_url_day.day,
    case int_url_day.visitor_kind when 'machine' then 'Machine' else 'Regular' end
