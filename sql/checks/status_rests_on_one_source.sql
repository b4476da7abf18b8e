-- Every status rests on one named source: on logs, or on the counts of one tool where these prove
-- it and logs do not. Counts are never added to those of a log or of another tool: what was counted
-- by dataset_status is what that one tool counted. Returns the datasets that break it.
--
-- severity: error
--
-- dataset_id       the dataset
-- status           its status
-- evidence_source  what it rests on
-- count_low        least use that dataset_status says was counted
-- count_high       most use

with

counted as (
    select dataset_id, source, uses_low, uses_high
    from int_count_verdict
    where window_label = 'current' and scenario = 'base'
)

select
    dataset_status.dataset_id,
    dataset_status.status,
    dataset_status.evidence_source,
    dataset_status.count_low,
    dataset_status.count_high
from dataset_status
cross join build_setting
left join counted
    on counted.dataset_id = dataset_status.dataset_id
    and counted.source = dataset_status.count_source
where
    dataset_status.evidence_source is null
    or (
        dataset_status.count_source is not null
        and not coalesce(
            counted.uses_low = dataset_status.count_low
                and counted.uses_high = dataset_status.count_high,
            false
        )
    )
    or (
        dataset_status.evidence_source <> 'log'
        and not coalesce(
            dataset_status.evidence_source = dataset_status.count_source
                and case dataset_status.status
                    -- Published limits are rounded to 0.01.
                    when 'used' then dataset_status.count_lower_limit
                        >= cast(build_setting.threshold as double) - 0.005e0
                    when 'unused' then dataset_status.measured_days = 0
                    when 'barely_used' then dataset_status.measured_days = 0
                    else dataset_status.status = 'insufficient_evidence'
                end,
            false
        )
    )
