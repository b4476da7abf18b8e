-- In each window and scenario each dataset has exactly one status, one of the known ones, and a
-- low one is proven by its limit. Returns the datasets that break it.
--
-- severity: error
--
-- dataset_id    the dataset
-- window_label  the window
-- scenario      the scenario
-- status_count  its statuses
-- status        one of them

select
    dataset_id,
    window_label,
    scenario,
    count(*) as status_count,
    min(status) as status
from int_verdict
group by dataset_id, window_label, scenario
having
    count(*) > 1
    or count(status) = 0
    or bool_or(status not in (
        'used', 'unreachable', 'not_measurable', 'insufficient_evidence', 'unused',
        'barely_used', 'borderline'
    ))
    or bool_or(status in ('unused', 'barely_used') and not coalesce(upper_limit < threshold, false))
    or bool_or(status = 'used' and not coalesce(lower_limit >= threshold, false))
