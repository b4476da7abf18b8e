-- Statuses and reasons are those of the definitions, and reasons are where they belong. Returns
-- the datasets with others.
--
-- severity: error
--
-- dataset_id  the dataset
-- status      its status
-- reason      its reason
-- low_reason  what else is known of it

select dataset_id, status, reason, low_reason
from dataset_status
where not coalesce(
    case
        when status in ('used', 'unreachable', 'borderline')
            then reason is null and low_reason is null
        when status = 'not_measurable'
            then reason in ('external_host', 'no_data_link', 'not_yet_live', 'gaps')
                and low_reason is null
        when status = 'insufficient_evidence'
            then reason in (
                'behind_cache', 'partly_measured', 'counter_open', 'no_data_link', 'too_new',
                'gaps', 'clustered', 'seldom_seen'
            ) and low_reason is null
        when status in ('unused', 'barely_used')
            then (reason is null or (reason = 'not_a_full_year' and is_provisional))
                and low_reason in (
                    'robots_only', 'lapsed', 'seen_not_taken', 'one_client_a_day',
                    'no_search_arrivals', 'no_traffic', 'little_traffic'
                )
        else false
    end,
    false
)
