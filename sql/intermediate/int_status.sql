-- The verdict of each window and scenario with what it rests on: the logs, or one source of counts.
-- Logs have authority. A count may prove use where they cannot tell, and disuse where no log
-- measured a day of the dataset. Numbers of several sources are never added: of those that prove
-- use it rests on the one with the highest lower limit. Else it rests on the source that can prove
-- disuse best (which no use at all would give the lowest upper limit): to take the one that counted
-- least would be wrong more often than each of them is. What any source saw is use all the same: a
-- dataset is not unused then, nor little used where one saw the threshold.
--
-- grain: dataset_id, window_label, scenario
--
-- dataset_id         see dim_dataset
-- window_label       see build_window
-- scenario           see int_scenario
-- threshold          uses a quarter
-- status             see int_verdict
-- reason             see int_verdict; also counter_open and seldom_seen, of int_count_verdict
-- is_provisional     unused or barely used "so far": known on fewer than full_year_days
-- evidence_source    log, or the name of the source of counts
-- count_source       the source of counts that tells most, whether or not the status rests on it;
--     null: no source answered for a day
-- count_low          least use that it counted
-- count_high         most use that it counted
-- count_days         days that it knows
-- count_seen_days    days on which it could have proven use
-- count_open_days    days that a counter leaves open
-- count_last_date    last day that it knows
-- count_most_low     least use that any source counted, the highest; null: no source
-- count_share_low    low end of its detection share; null: not known
-- count_share_high   high end of it; null: not known
-- count_lower_limit  lower limit by its counts
-- count_upper_limit  upper limit by its counts, divided by count_share_low; null: none

with

-- The dispersion of a known day, seen: no use at all gives it times a number as the upper limit.
sources as (
    select
        dataset_id,
        window_label,
        scenario,
        source,
        proof,
        reason,
        answered_days,
        known_days,
        open_days,
        last_date,
        uses_low,
        uses_high,
        share_low,
        share_high,
        lower_limit,
        upper_limit,
        dispersion / nullif(cast(known_days as double), 0e0) / share_low as zero_rate,
        cast(uses_low as double) * 91.25e0 / nullif(cast(answered_days as double), 0e0)
            as seen_rate
    from int_count_verdict
),

ranked as (
    select
        dataset_id,
        window_label,
        scenario,
        source,
        proof,
        reason,
        answered_days,
        known_days,
        open_days,
        last_date,
        uses_low,
        uses_high,
        share_low,
        share_high,
        lower_limit,
        upper_limit,
        max(uses_low) over (partition by dataset_id, window_label, scenario) as most_low,
        max(seen_rate) over (partition by dataset_id, window_label, scenario) as most_rate,
        row_number() over (
            partition by dataset_id, window_label, scenario
            order by
                case proof when 'used' then 1 else 2 end,
                case proof when 'used' then -lower_limit end nulls last,
                zero_rate nulls last,
                known_days desc,
                answered_days desc,
                source
        ) as preference
    from sources
),

verdicts as (
    select
        int_verdict.dataset_id,
        int_verdict.window_label,
        int_verdict.scenario,
        int_verdict.threshold,
        int_verdict.status,
        int_verdict.reason,
        int_verdict.is_provisional,
        int_verdict.measured_days,
        int_verdict.all_uses,
        cast(int_verdict.all_uses as double) * 91.25e0
            / nullif(cast(int_verdict.live_days as double), 0e0) as all_rate,
        build_setting.full_year_days,
        case
            when int_verdict.scenario in (
                'without_machines', 'with_suspected_robots', 'with_staff'
            ) then 'base'
            else int_verdict.scenario
        end as count_scenario
    from int_verdict
    cross join build_setting
),

judged as (
    select
        verdicts.dataset_id,
        verdicts.window_label,
        verdicts.scenario,
        verdicts.threshold,
        verdicts.status as log_status,
        verdicts.reason as log_reason,
        verdicts.is_provisional as is_log_provisional,
        verdicts.full_year_days,
        case
            when verdicts.status not in ('not_measurable', 'insufficient_evidence')
                or ranked.source is null then cast(null as varchar)
            when ranked.proof = 'used' then 'used'
            when verdicts.measured_days > 0 then cast(null as varchar)
            -- The log's own uses, on days not measured, are use as well, and so are those that
            -- another source saw.
            when ranked.proof = 'low'
                and coalesce(verdicts.all_rate < verdicts.threshold, true)
                and ranked.most_rate < verdicts.threshold
                then
                    case
                        when ranked.most_low = 0 and ranked.uses_high = 0 and verdicts.all_uses = 0
                            then 'unused'
                        else 'barely_used'
                    end
            when verdicts.status = 'not_measurable' then 'insufficient_evidence'
        end as count_status,
        ranked.source,
        coalesce(ranked.reason, 'seldom_seen') as count_reason,
        ranked.answered_days,
        ranked.known_days,
        ranked.open_days,
        ranked.last_date,
        ranked.most_low,
        ranked.uses_low,
        ranked.uses_high,
        ranked.share_low,
        ranked.share_high,
        ranked.lower_limit,
        ranked.upper_limit
    from verdicts
    left join ranked
        on ranked.dataset_id = verdicts.dataset_id
        and ranked.window_label = verdicts.window_label
        and ranked.scenario = verdicts.count_scenario
        and ranked.preference = 1
)

select
    dataset_id,
    window_label,
    scenario,
    threshold,
    coalesce(count_status, log_status) as status,
    case
        when count_status is null then log_reason
        when count_status = 'insufficient_evidence' then count_reason
        when count_status in ('unused', 'barely_used') and known_days < full_year_days
            then 'not_a_full_year'
    end as reason,
    case
        when count_status is null then is_log_provisional
        else count_status in ('unused', 'barely_used') and known_days < full_year_days
    end as is_provisional,
    case when count_status is null then 'log' else source end as evidence_source,
    source as count_source,
    uses_low as count_low,
    uses_high as count_high,
    known_days as count_days,
    answered_days as count_seen_days,
    open_days as count_open_days,
    last_date as count_last_date,
    most_low as count_most_low,
    share_low as count_share_low,
    share_high as count_share_high,
    lower_limit as count_lower_limit,
    upper_limit as count_upper_limit
from judged
