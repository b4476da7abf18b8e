-- The verdict on each dataset in a sentence that its publisher can read: what was counted, on how
-- many days, and what follows. Uses, visits and tries that failed are client-days.
--
-- grain: dataset_id
--
-- dataset_id  see dim_dataset
-- evidence    the sentence, or a few

with

facts as (
    select
        int_verdict.dataset_id,
        int_status.status,
        int_status.reason,
        int_status.is_provisional,
        int_status.evidence_source,
        int_status.count_low,
        int_status.count_high,
        int_status.count_days,
        int_status.count_seen_days,
        int_status.count_open_days,
        int_status.count_most_low,
        int_status.count_share_low,
        int_status.count_share_high,
        int_status.count_lower_limit,
        int_verdict.is_broken,
        int_verdict.threshold,
        int_verdict.uses,
        int_verdict.seen_uses,
        int_verdict.all_uses,
        int_verdict.measured_days,
        int_verdict.seen_days,
        int_verdict.live_days,
        int_verdict.data_days,
        int_verdict.lower_limit,
        int_dataset_window.page_days,
        int_dataset_window.page_client_days,
        int_dataset_window.robot_client_days,
        int_dataset_window.suspected_all_uses as suspected_client_days,
        build_setting.full_year_days,
        build_setting.as_of_date,
        dim_dataset.first_live_date,
        int_dataset_error.last_request_date,
        int_dataset_error.last_error_date,
        int_dataset_error.last_dead_date,
        coalesce(int_dataset_error.error_client_days, 0) as error_client_days,
        coalesce(int_dataset_error.dead_client_days, 0) as dead_client_days
    from int_verdict
    inner join int_status
        on int_status.dataset_id = int_verdict.dataset_id
        and int_status.window_label = int_verdict.window_label
        and int_status.scenario = int_verdict.scenario
    inner join int_dataset_window
        on int_dataset_window.dataset_id = int_verdict.dataset_id
        and int_dataset_window.window_label = int_verdict.window_label
    inner join dim_dataset on dim_dataset.dataset_id = int_verdict.dataset_id
    cross join build_setting
    left join int_dataset_error
        on int_dataset_error.dataset_id = int_verdict.dataset_id
        and int_dataset_error.window_label = int_verdict.window_label
    where int_verdict.window_label = 'current' and int_verdict.scenario = 'base'
),

-- Phrases that the sentences below are put together from.
phrases as (
    select
        facts.dataset_id,
        case
            when facts.measured_days = 0 then 'No fully measured day'
            else
                case facts.uses when 0 then 'No use' when 1 then '1 use'
                    else cast(facts.uses as varchar) || ' uses' end
                || ' on ' || cast(facts.measured_days as varchar)
                || case facts.measured_days when 1 then ' fully measured day'
                    else ' fully measured days' end
        end || ' to ' || cast(facts.as_of_date as varchar) as counted,
        case facts.seen_uses when 0 then 'No use' when 1 then '1 use'
            else cast(facts.seen_uses as varchar) || ' uses' end
            || ' on ' || cast(facts.seen_days as varchar)
            || case facts.seen_days when 1 then ' day seen to ' else ' days seen to ' end
            || cast(facts.as_of_date as varchar) as seen,
        case
            when facts.all_uses > facts.uses
                then case facts.uses when 0 then ', but ' else ', ' end
                    || cast(facts.all_uses - facts.uses as varchar)
                    || case facts.uses when 0 then ' on' else ' more on' end
                    || ' days that were not fully measured'
            else ''
        end as further,
        case
            when facts.last_request_date is null then ''
            else ', last on ' || cast(facts.last_request_date as varchar)
        end as last_use,
        cast(cast(round(facts.threshold) as bigint) as varchar) as threshold_text,
        case
            when facts.all_uses = 0 and facts.robot_client_days > 0
                then ' Robots fetched its data.'
            else ''
        end
            || case
                when facts.suspected_client_days = 1
                    then ' Not counted: 1 use by a client that behaved like a robot.'
                when facts.suspected_client_days > 1
                    then ' Not counted: ' || cast(facts.suspected_client_days as varchar)
                        || ' uses by clients that behaved like robots.'
                else ''
            end
            || case
                when facts.page_client_days = 1 then ' Its page had 1 visit.'
                when facts.page_client_days > 1
                    then ' Its page had ' || cast(facts.page_client_days as varchar) || ' visits.'
                when facts.page_days >= facts.full_year_days then ' Its page had no visit.'
                else ''
            end as visited,
        case
            when facts.error_client_days > 0
                then ' ' || cast(facts.error_client_days as varchar)
                    || case facts.error_client_days when 1 then ' try' else ' tries' end
                    || ' to get its data failed'
                    || case when facts.last_request_date is null then '' else ' since' end
                    || case facts.error_client_days when 1 then ', on ' else ', the last on ' end
                    || cast(facts.last_error_date as varchar) || '.'
            else ''
        end as failed
    from facts
),

-- Where use is proven, or most of it was seen on days that are not known, the least is what counts.
counted as (
    select
        dataset_id,
        evidence_source,
        as_of_date,
        reason,
        all_uses,
        status = 'used' or count_days = 0 or count_low > count_high as is_least,
        count_low,
        count_high,
        count_days,
        count_seen_days,
        count_open_days,
        count_most_low,
        count_share_low,
        count_share_high
    from facts
    where evidence_source <> 'log'
),

-- The same where a source of counts is what the status rests on.
count_phrases as (
    select
        dataset_id,
        evidence_source || ' counted '
            || case
                when is_least or count_low = count_high then ''
                when count_low = 0 then 'at most '
                else cast(count_low as varchar) || ' to '
            end
            || case case when is_least then count_low else count_high end
                when 0 then 'no use'
                when 1 then '1 use'
                else cast(case when is_least then count_low else count_high end as varchar)
                    || ' uses'
            end
            || ' on '
            || cast(case when is_least then count_seen_days else count_days end as varchar)
            || case case when is_least then count_seen_days else count_days end
                when 1 then ' day to '
                else ' days to '
            end
            || cast(as_of_date as varchar)
            || case
                when count_share_low is null then ''
                when count_share_high > count_share_low
                    then '; it sees '
                    || cast(cast(round(1e2 * count_share_low) as bigint) as varchar) || ' to '
                    || cast(cast(round(1e2 * count_share_high) as bigint) as varchar)
                    || ' % of use'
                else '; it sees '
                    || cast(cast(round(1e2 * count_share_low) as bigint) as varchar) || ' % of use'
            end as counted,
        case all_uses
            when 0 then ''
            when 1 then ' Seen in a log besides: 1 use.'
            else ' Seen in a log besides: ' || cast(all_uses as varchar) || ' uses.'
        end
            || case
                when coalesce(count_most_low <= count_low or count_most_low <= count_high, true)
                    then ''
                when count_most_low = 1 then ' Another source counted 1 use at least.'
                else ' Another source counted ' || cast(count_most_low as varchar)
                    || ' uses at least.'
            end as logged,
        case
            when reason = 'counter_open'
                then 'its counter fell, changed its name or was missing on '
                || cast(count_open_days as varchar) || ' days more.'
            when count_share_low is null then 'how much of all use it sees is not known.'
            when count_days = 0 then 'it may leave out what is rare.'
            else 'it sees too little of use, or for too short a time.'
        end as hindrance
    from counted
),

log_sentences as (
    select
        facts.dataset_id,
        case facts.status
            when 'used' then phrases.seen || phrases.last_use
                || ': with 95 % confidence at least '
                || cast(cast(floor(facts.lower_limit) as bigint) as varchar) || ' a quarter.'
                || case when facts.is_broken then phrases.failed else '' end
            when 'unreachable' then
                case
                    when facts.last_request_date is null then 'No request was answered, and '
                    else 'The last request was answered on '
                        || cast(facts.last_request_date as varchar) || '; since then '
                end
                || cast(facts.dead_client_days as varchar)
                || ' tries to get its data failed, the last on '
                || cast(facts.last_dead_date as varchar) || '.'
            when 'not_measurable' then
                case facts.reason
                    when 'external_host'
                        then 'Its data is on hosts that no log here covers: its use is not known.'
                    when 'no_data_link' then 'It has no link to data: there is no use to measure.'
                    when 'not_yet_live'
                        then 'In the catalogue since ' || cast(facts.first_live_date as varchar)
                        || ' and not yet measured on a whole day.'
                    else 'Its logs cover no whole day of the time it was in the catalogue.'
                end
                || case facts.all_uses when 0 then ''
                    else ' Uses seen all the same: ' || cast(facts.all_uses as varchar) || '.' end
            when 'insufficient_evidence' then phrases.counted || phrases.further
                || phrases.last_use || ': too little to tell fewer than '
                || phrases.threshold_text || ' uses a quarter from more, because '
                || case facts.reason
                    when 'behind_cache' then 'a cache in front of its host answers unseen.'
                    when 'partly_measured'
                        then 'use of part of its data cannot be seen or told apart here.'
                    when 'too_new'
                        then 'it is in the catalogue only since '
                        || cast(facts.first_live_date as varchar) || '.'
                    when 'no_data_link'
                        then 'it had a link to data on ' || cast(facts.data_days as varchar)
                        || ' of its ' || cast(facts.live_days as varchar) || ' days only.'
                    when 'gaps' then 'its logs do not cover the other days.'
                    when 'clustered'
                        then 'uses of such datasets come in clusters, of which a year may miss '
                            || 'some.'
                    else 'even a whole year without use would not prove it.'
                end
            when 'unused' then phrases.counted || ': with 95 % confidence fewer than '
                || phrases.threshold_text || ' a quarter.'
                || phrases.visited || phrases.failed
                || case
                    when facts.is_provisional
                        then ' So far: seasons may mislead until '
                        || cast(facts.full_year_days as varchar) || ' days are measured.'
                    else ''
                end
            when 'barely_used' then phrases.counted || phrases.further || phrases.last_use
                || ': with 95 % confidence fewer than '
                || phrases.threshold_text || ' a quarter.'
                || phrases.visited || phrases.failed
                || case
                    when facts.is_provisional
                        then ' So far: seasons may mislead until '
                        || cast(facts.full_year_days as varchar) || ' days are measured.'
                    else ''
                end
            else phrases.counted || phrases.further || phrases.last_use
                || ': the true rate may be below or above '
                || phrases.threshold_text || ' a quarter.'
        end as evidence
    from facts
    inner join phrases on phrases.dataset_id = facts.dataset_id
    where facts.evidence_source = 'log'
)

select dataset_id, evidence
from log_sentences

union all

select
    facts.dataset_id,
    count_phrases.counted
        || case facts.status
            when 'used' then ': with 95 % confidence at least '
                || cast(cast(floor(facts.count_lower_limit) as bigint) as varchar) || ' a quarter.'
                || count_phrases.logged
                || case when facts.is_broken then phrases.failed else '' end
            when 'insufficient_evidence' then ': too little to tell fewer than '
                || phrases.threshold_text || ' uses a quarter from more, because '
                || count_phrases.hindrance || count_phrases.logged
            else ': with 95 % confidence fewer than ' || phrases.threshold_text || ' a quarter.'
                || count_phrases.logged || phrases.visited || phrases.failed
                || case
                    when facts.is_provisional
                        then ' So far: seasons may mislead until '
                        || cast(facts.full_year_days as varchar) || ' days are known.'
                    else ''
                end
        end as evidence
from facts
inner join phrases on phrases.dataset_id = facts.dataset_id
inner join count_phrases on count_phrases.dataset_id = facts.dataset_id
