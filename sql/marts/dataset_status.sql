-- The verdict on every dataset in the catalogue at the end of as_of_date: one status, its
-- reason, the limits it follows from, and the evidence in words. It counts client-days with a
-- request over the 365 days to as_of_date; T is the threshold, in uses a quarter.
--
-- The limits are one-sided 95 % limits by Byar's closed form, widened by the dispersion: the
-- upper one from the days on which all its data was measured, the lower one from the days on
-- which any of it was. A low status also needs the upper limit from the days seen, and the rate
-- of all uses over all days in the catalogue, to be below T.
--
-- grain: dataset_id
--
-- dataset_id             see dim_dataset
-- name                   name in the catalogue's URLs
-- title                  title as shown to people
-- publisher_id           see dim_publisher; null: none
-- publisher              the publisher's title
-- status                 the first that fits: used (lower limit at least T), unreachable,
--     not_measurable, insufficient_evidence, unused, barely_used (upper limit below T, and so
--     with the days that were not fully measured), borderline
-- reason                 why, where the status needs one; null: nothing to add
-- low_reason             what else is known of an unused or barely used one; null: other statuses
-- is_provisional         unused or barely used "so far": measured on fewer than full_year_days
-- is_broken_now          at least 3 client-days got an error for its data since its last request,
--     from a resource whose last answer was an error
-- evidence               the verdict in a sentence
-- uses                   client-days with a request on measured days; null: no such day
-- seen_uses              client-days with a request on seen days; null: no such day
-- all_uses               client-days with a request on any day: a lower bound
-- measured_days          days on which all hosts of its data were measured
-- seen_days              days on which one of them was measured, or may have proven use
-- live_days              days of the window in the catalogue, as far as the data goes back
-- rate_per_quarter       uses per 91.25 measured days; null: no such day
-- lower_limit            lower limit of the rate, a quarter; null: no seen day
-- upper_limit            upper limit of the rate, a quarter; null: no measured day
-- dispersion             how use clusters; see int_dispersion
-- is_dispersion_default  too few uses near the threshold: the configured dispersion was used
-- last_measured_date     last of the measured days, UTC; null: none
-- last_request_date      last day with a request, UTC; null: none
-- first_live_date        first day in the catalogue, UTC
-- page_client_days       client-days that looked at information about it; null: its page's host
--     was never measured
-- robot_client_days      robots with a request, counted apart
-- error_client_days      client-days with an error for its data since the last request, or ever
-- rests_on               the logs that speak for its data; null: none

with

counts as (
    select dataset_id, 'measured' as basis, uses, measured_days as days
    from int_dataset_window

    union all

    select dataset_id, 'seen' as basis, seen_uses as uses, seen_days as days
    from int_dataset_window

    union all

    select dataset_id, 'earlier' as basis, earlier_uses as uses, earlier_seen_days as days
    from int_dataset_window
),

scaled as (
    select
        counts.dataset_id,
        counts.basis,
        -- One use, in units of the dispersion, and what a rate of one such unit is a quarter.
        cast(counts.uses as double) / int_dispersion.dispersion as units,
        int_dispersion.dispersion * 91.25e0 / nullif(cast(counts.days as double), 0e0)
            as unit_rate
    from counts
    inner join int_dispersion on int_dispersion.pool = 'threshold'
),

-- z is 1.6448536; the lower limit has no meaning where its base is negative.
bounds as (
    select
        dataset_id,
        basis,
        unit_rate
            * (units + 1e0)
            * power(
                1e0
                - 1e0 / (9e0 * (units + 1e0))
                + 1.6448536269514722e0 / (3e0 * sqrt(units + 1e0)),
                3e0
            ) as upper_limit,
        case
            when unit_rate is null then null
            when units = 0e0 then 0e0
            when 1e0
                - 1e0 / (9e0 * nullif(units, 0e0))
                - 1.6448536269514722e0 / (3e0 * nullif(sqrt(units), 0e0)) <= 0e0 then 0e0
            else unit_rate
                * units
                * power(
                    1e0
                    - 1e0 / (9e0 * nullif(units, 0e0))
                    - 1.6448536269514722e0 / (3e0 * nullif(sqrt(units), 0e0)),
                    3e0
                )
        end as lower_limit
    from scaled
),

limits as (
    select
        dataset_id,
        max(case when basis = 'measured' then upper_limit end) as upper_limit,
        max(case when basis = 'seen' then lower_limit end) as lower_limit,
        max(case when basis = 'seen' then upper_limit end) as seen_upper_limit,
        max(case when basis = 'earlier' then lower_limit end) as earlier_lower_limit
    from bounds
    group by dataset_id
),

facts as (
    select
        int_dataset_window.dataset_id,
        int_dataset_window.live_days,
        int_dataset_window.data_days,
        int_dataset_window.measured_days,
        int_dataset_window.seen_days,
        int_dataset_window.redirect_days,
        int_dataset_window.cached_days,
        int_dataset_window.unseen_days,
        int_dataset_window.new_days,
        365 - int_dataset_window.measured_days as lost_days,
        int_dataset_window.page_days,
        int_dataset_window.uses,
        int_dataset_window.seen_uses,
        int_dataset_window.all_uses,
        int_dataset_window.most_clients,
        int_dataset_window.page_client_days,
        int_dataset_window.page_uses,
        int_dataset_window.search_client_days,
        int_dataset_window.portal_search_days,
        int_dataset_window.robot_client_days,
        int_dataset_window.earlier_seen_days,
        int_dataset_window.last_measured_date,
        cast(build_setting.threshold as double) as threshold,
        build_setting.full_year_days,
        build_setting.page_threshold,
        build_setting.as_of_date,
        int_dispersion.dispersion,
        int_dispersion.is_default,
        -- The upper limit of no use at all, with a dispersion of 1.
        power(1e0 - 1e0 / 9e0 + 1.6448536269514722e0 / 3e0, 3e0) * 91.25e0
            / nullif(cast(int_dataset_window.measured_days as double), 0e0) as zero_limit,
        limits.upper_limit,
        limits.lower_limit,
        limits.seen_upper_limit,
        limits.earlier_lower_limit,
        cast(int_dataset_window.all_uses as double) * 91.25e0
            / nullif(cast(int_dataset_window.live_days as double), 0e0) as all_rate,
        int_dataset_error.last_request_date,
        int_dataset_error.last_error_date,
        int_dataset_error.last_dead_date,
        coalesce(int_dataset_error.error_client_days, 0) as error_client_days,
        coalesce(int_dataset_error.dead_client_days, 0) as dead_client_days,
        coalesce(int_dataset_error.dead_client_days, 0) >= 3 as is_broken
    from int_dataset_window
    cross join build_setting
    inner join int_dispersion on int_dispersion.pool = 'threshold'
    inner join limits on limits.dataset_id = int_dataset_window.dataset_id
    left join int_dataset_error on int_dataset_error.dataset_id = int_dataset_window.dataset_id
),

judged as (
    select
        facts.dataset_id,
        case
            when lower_limit >= threshold then 'used'
            when is_broken then 'unreachable'
            -- A portal that redirects some readers of a host without a log may redirect nobody
            -- to this dataset: where none was seen, nothing of it was.
            when seen_uses = 0 and seen_days = redirect_days then 'not_measurable'
            when upper_limit is null
                or dispersion * zero_limit >= threshold
                or (measured_days < 90 and upper_limit >= threshold)
                then 'insufficient_evidence'
            -- Use on a day that was not fully measured is use: it cannot prove that there is
            -- little, but it can show that there is more than the measured days say.
            when upper_limit >= threshold
                or seen_upper_limit >= threshold
                or all_rate >= threshold then 'borderline'
            when all_uses = 0 and upper_limit < threshold then 'unused'
            when upper_limit < threshold then 'barely_used'
            else 'unclassified'
        end as status
    from facts
),

reasoned as (
    select
        judged.dataset_id,
        judged.status,
        judged.status in ('unused', 'barely_used')
            and facts.measured_days < facts.full_year_days as is_provisional,
        case
            when judged.status = 'not_measurable' then
                case
                    when facts.unseen_days > 0 then 'external_host'
                    when facts.data_days = 0 then 'no_data_link'
                    when facts.new_days > 357 then 'not_yet_live'
                    else 'gaps'
                end
            when judged.status = 'insufficient_evidence' then
                case
                    when facts.measured_days >= 90 and facts.zero_limit < facts.threshold
                        then 'clustered'
                    when facts.data_days < facts.live_days
                        and (facts.live_days - facts.data_days) * 2 >= facts.lost_days
                        then 'no_data_link'
                    when facts.cached_days > 0 and facts.cached_days * 4 >= facts.lost_days
                        then 'behind_cache'
                    when facts.unseen_days > 0 and facts.unseen_days * 4 >= facts.lost_days
                        then 'partly_measured'
                    when facts.new_days > 0 and facts.new_days * 4 >= facts.lost_days
                        then 'too_new'
                    when facts.lost_days > 0 then 'gaps'
                    else 'seldom_seen'
                end
            when judged.status in ('unused', 'barely_used')
                and facts.measured_days < facts.full_year_days then 'not_a_full_year'
        end as reason,
        case
            when judged.status not in ('unused', 'barely_used') then cast(null as varchar)
            when facts.all_uses = 0 and facts.robot_client_days > 0 then 'robots_only'
            when facts.earlier_seen_days >= 90 and facts.earlier_lower_limit >= facts.threshold
                then 'lapsed'
            when facts.page_days > 0
                and cast(facts.page_uses as double) * 91.25e0
                    >= cast(facts.page_threshold * facts.page_days as double)
                then 'seen_not_taken'
            when facts.most_clients = 1 and facts.all_uses >= 3 then 'one_client_a_day'
            -- Where referrers are not logged, or nobody comes, no search brings anybody.
            when facts.page_days >= facts.full_year_days
                and facts.page_client_days >= 10
                and facts.search_client_days = 0
                and facts.portal_search_days > 0 then 'no_search_arrivals'
            when facts.all_uses = 0 and facts.page_days > 0 and facts.page_client_days = 0
                then 'no_traffic'
            else 'little_traffic'
        end as low_reason
    from judged
    inner join facts on facts.dataset_id = judged.dataset_id
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
            || ' on ' || cast(facts.seen_days as varchar) || ' days seen to '
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
            when facts.page_client_days > 0
                then ' Its page was looked at by ' || cast(facts.page_client_days as varchar)
                    || case facts.page_client_days when 1 then ' client.'
                        else ' clients, counted by day.' end
            else ''
        end as visited,
        case
            when facts.error_client_days > 0
                then ' ' || cast(facts.error_client_days as varchar)
                    || case facts.error_client_days when 1 then ' client' else ' clients' end
                    || ' got an error for its data'
                    || case when facts.last_request_date is null then '' else ' since' end
                    || ', the last on ' || cast(facts.last_error_date as varchar) || '.'
            else ''
        end as failed
    from facts
)

select
    dim_dataset.dataset_id,
    dim_dataset.name,
    dim_dataset.title,
    dim_dataset.publisher_id,
    dim_dataset.publisher,
    reasoned.status,
    reasoned.reason,
    reasoned.low_reason,
    reasoned.is_provisional,
    facts.is_broken as is_broken_now,
    case reasoned.status
        when 'used' then phrases.seen || phrases.last_use
            || ': with 95 % confidence at least ' || phrases.threshold_text || ' a quarter.'
            || case when facts.is_broken then phrases.failed else '' end
        when 'unreachable' then
            case
                when facts.last_request_date is null then 'No request was answered, and '
                else 'The last request was answered on '
                    || cast(facts.last_request_date as varchar) || '; since then '
            end
            || cast(facts.dead_client_days as varchar)
            || ' clients, counted by day, got an error for its data, the last on '
            || cast(facts.last_dead_date as varchar) || '.'
        when 'not_measurable' then
            case reasoned.reason
                when 'external_host'
                    then 'Its data is on hosts that no log here covers: its use is not known.'
                when 'no_data_link' then 'It has no link to data: there is no use to measure.'
                when 'not_yet_live'
                    then 'In the catalogue since ' || cast(dim_dataset.first_live_date as varchar)
                    || ' and not yet measured on a whole day.'
                else 'Its logs cover no whole day of the ' || cast(facts.live_days as varchar)
                    || ' days it was in the catalogue.'
            end
            || case facts.all_uses when 0 then ''
                else ' Uses seen all the same: ' || cast(facts.all_uses as varchar) || '.' end
        when 'insufficient_evidence' then phrases.counted || phrases.further
            || phrases.last_use || ': too little to tell fewer than '
            || phrases.threshold_text || ' uses a quarter from more, because '
            || case reasoned.reason
                when 'behind_cache' then 'a cache in front of its host answers unseen.'
                when 'partly_measured'
                    then 'use of part of its data cannot be seen or told apart here.'
                when 'too_new'
                    then 'it is in the catalogue only since '
                    || cast(dim_dataset.first_live_date as varchar) || '.'
                when 'no_data_link'
                    then 'it had a link to data on ' || cast(facts.data_days as varchar)
                    || ' of its ' || cast(facts.live_days as varchar) || ' days only.'
                when 'gaps' then 'its logs do not cover the other days.'
                when 'clustered'
                    then 'uses of such datasets come in clusters, of which a year may miss some.'
                else 'even a whole year without use would not prove it.'
            end
        when 'unused' then phrases.counted || ': with 95 % confidence fewer than '
            || phrases.threshold_text || ' a quarter.'
            || phrases.visited || phrases.failed
            || case
                when reasoned.is_provisional
                    then ' So far: seasons may mislead until '
                    || cast(facts.full_year_days as varchar) || ' days are measured.'
                else ''
            end
        when 'barely_used' then phrases.counted || phrases.further || phrases.last_use
            || ': with 95 % confidence fewer than '
            || phrases.threshold_text || ' a quarter.'
            || phrases.visited || phrases.failed
            || case
                when reasoned.is_provisional
                    then ' So far: seasons may mislead until '
                    || cast(facts.full_year_days as varchar) || ' days are measured.'
                else ''
            end
        else phrases.counted || phrases.further || phrases.last_use
            || ': the true rate may be below or above '
            || phrases.threshold_text || ' a quarter.'
    end as evidence,
    case when facts.measured_days > 0 then facts.uses end as uses,
    case when facts.seen_days > 0 then facts.seen_uses end as seen_uses,
    facts.all_uses,
    facts.measured_days,
    facts.seen_days,
    facts.live_days,
    round(
        cast(facts.uses as double) * 91.25e0
            / nullif(cast(facts.measured_days as double), 0e0),
        2
    ) as rate_per_quarter,
    round(facts.lower_limit, 2) as lower_limit,
    round(facts.upper_limit, 2) as upper_limit,
    round(facts.dispersion, 3) as dispersion,
    facts.is_default as is_dispersion_default,
    facts.last_measured_date,
    facts.last_request_date,
    dim_dataset.first_live_date,
    case when facts.page_days > 0 then facts.page_client_days end as page_client_days,
    facts.robot_client_days,
    facts.error_client_days,
    int_dataset_source.rests_on
from reasoned
inner join facts on facts.dataset_id = reasoned.dataset_id
inner join phrases on phrases.dataset_id = reasoned.dataset_id
inner join dim_dataset on dim_dataset.dataset_id = reasoned.dataset_id
left join int_dataset_source on int_dataset_source.dataset_id = reasoned.dataset_id
