-- The verdict on every dataset in the catalogue at the end of as_of_date: one status, its
-- reason, the limits it follows from, and the evidence in words. It counts client-days with a
-- request over the 365 days to as_of_date; T is the threshold, in uses a quarter.
--
-- The limits are one-sided 95 % limits by Byar's closed form, widened by the dispersion: the
-- upper one from the days on which all its data was measured, the lower one from the days on
-- which any of it was. A low status also needs the upper limit from the days seen, and the rate
-- of all uses over all days in the catalogue, to be below T. See int_verdict.
--
-- grain: dataset_id
--
-- dataset_id             see dim_dataset
-- name                   name in the catalogue's URLs
-- title                  title as shown to people
-- publisher_id           see dim_publisher; null: none
-- publisher              the publisher's title
-- record_kind            dataset, series, service or document, as the catalogue says
-- status                 the first that fits: used (lower limit at least T), unreachable,
--     not_measurable, insufficient_evidence, unused, barely_used (upper limit below T, and so
--     with the days that were not fully measured), borderline
-- reason                 why, where the status needs one; null: nothing to add
-- low_reason             what else is known of an unused or barely used one; null: other statuses
-- is_provisional         unused or barely used "so far": measured on fewer than full_year_days
-- is_broken_now          at least 3 client-days got an error for its data since its last request,
--     from a resource whose last answer was an error
-- evidence               the verdict in a sentence. Uses, visits (of its page or of information
--     about it) and tries that failed are client-days: a client counts once a day
-- uses                   client-days with a request on measured days; null: no such day
-- seen_uses              client-days with a request on seen days; null: no such day
-- all_uses               client-days with a request on any day: a lower bound
-- measured_days          days on which all hosts of its data were measured
-- seen_days              days on which one of them was measured, or may have proven use
-- live_days              days of the window in the catalogue, as far as the data goes back
-- rate_per_quarter       uses per 91.25 measured days; null: no such day
-- lower_limit            lower limit of the rate, a quarter; null: no seen day
-- upper_limit            upper limit of the rate, a quarter; null: no measured day
-- dispersion             how use clusters; see dispersion
-- is_dispersion_default  too few uses near the threshold: the configured dispersion was used
-- last_measured_date     last of the measured days, UTC; null: none
-- last_request_date      last day with a request, UTC; null: none
-- first_live_date        first day in the catalogue, UTC
-- page_client_days       client-days that looked at information about it; null: its page's host
--     was never measured
-- robot_client_days      robots with a request, counted apart
-- suspected_client_days  suspected robots with a request, counted apart; see int_suspect
-- staff_client_days      own staff, contractors and monitors with a request, counted apart
-- error_client_days      client-days with an error for its data since the last request, or ever
-- rests_on               the logs that speak for its data; null: none
-- trend                  its rate against the 365 days before (for a window of a year, both the one
--     before and the same a year ago): rising or falling where the limits part, steady where they
--     do not, unknown with fewer than 90 measured days in either
-- earlier_uses           uses of the 365 days before, on measured days; null: no such day
-- earlier_measured_days  measured days among them
-- earlier_rate_per_quarter  uses per 91.25 of those days; null: no such day
-- earlier_lower_limit    lower limit of that rate; null: no such day
-- earlier_upper_limit    upper limit of that rate; null: no such day
-- page_status            the same verdict on visits of its page (client-days with an Investigation
--     that is no Request), by the portal's own log and page_threshold; never unreachable
-- page_reason            why, where the page's status needs one; no_page: no page known
-- is_page_provisional    its page is unused or barely used "so far"
-- page_uses              page_client_days on days on which the page's host was measured; null: none
-- page_measured_days     days on which the page's host was measured
-- page_rate_per_quarter  page_uses per 91.25 of those days; null: no such day
-- page_lower_limit       lower limit of the rate of visits; null: no day
-- page_upper_limit       upper limit of the rate of visits; null: no day
-- page_dispersion        how visits cluster; see dispersion
-- busiest_client_share   share of all requests that one client made on one day, the largest
--     (0 to 1); null: no request
-- busiest_agent_share    share of all uses that are by one family of programs, the largest (0 to
--     1); null: no use by a family with a name
-- busiest_agent          that family, where it is a known product; null: it is none

with

pages as (
    select
        dataset_id,
        status,
        reason,
        is_provisional,
        uses,
        measured_days,
        lower_limit,
        upper_limit,
        dispersion
    from int_verdict
    where window_label = 'current' and scenario = 'page'
),

earlier as (
    select
        dataset_id,
        uses,
        measured_days,
        seen_days,
        lower_limit,
        measured_lower_limit,
        upper_limit
    from int_verdict
    where window_label = 'earlier' and scenario = 'base'
),

facts as (
    select
        int_verdict.dataset_id,
        int_verdict.status,
        int_verdict.reason,
        int_verdict.is_provisional,
        int_verdict.is_broken,
        int_verdict.threshold,
        int_verdict.dispersion,
        int_verdict.is_default,
        int_verdict.uses,
        int_verdict.seen_uses,
        int_verdict.all_uses,
        int_verdict.measured_days,
        int_verdict.seen_days,
        int_verdict.live_days,
        int_verdict.data_days,
        int_verdict.lower_limit,
        int_verdict.upper_limit,
        int_verdict.measured_lower_limit,
        int_dataset_window.page_days,
        int_dataset_window.most_clients,
        int_dataset_window.total_requests,
        int_dataset_window.busiest_requests,
        int_dataset_window.page_client_days,
        int_dataset_window.page_uses,
        int_dataset_window.search_client_days,
        int_dataset_window.portal_search_days,
        int_dataset_window.robot_client_days,
        int_dataset_window.suspected_all_uses as suspected_client_days,
        int_dataset_window.staff_all_uses as staff_client_days,
        int_dataset_window.last_measured_date,
        build_setting.full_year_days,
        build_setting.page_threshold,
        build_setting.as_of_date,
        int_dataset_error.last_request_date,
        int_dataset_error.last_error_date,
        int_dataset_error.last_dead_date,
        coalesce(int_dataset_error.error_client_days, 0) as error_client_days,
        coalesce(int_dataset_error.dead_client_days, 0) as dead_client_days
    from int_verdict
    inner join int_dataset_window
        on int_dataset_window.dataset_id = int_verdict.dataset_id
        and int_dataset_window.window_label = int_verdict.window_label
    cross join build_setting
    left join int_dataset_error
        on int_dataset_error.dataset_id = int_verdict.dataset_id
        and int_dataset_error.window_label = int_verdict.window_label
    where int_verdict.window_label = 'current' and int_verdict.scenario = 'base'
),

reasoned as (
    select
        facts.dataset_id,
        case
            when facts.status not in ('unused', 'barely_used') then cast(null as varchar)
            when facts.all_uses = 0
                and facts.robot_client_days + facts.suspected_client_days > 0 then 'robots_only'
            when earlier.seen_days >= 90 and earlier.lower_limit >= facts.threshold
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
    from facts
    left join earlier on earlier.dataset_id = facts.dataset_id
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
)

select
    dim_dataset.dataset_id,
    dim_dataset.name,
    dim_dataset.title,
    dim_dataset.publisher_id,
    dim_dataset.publisher,
    dim_dataset.record_kind,
    facts.status,
    facts.reason,
    reasoned.low_reason,
    facts.is_provisional,
    facts.is_broken as is_broken_now,
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
                    then 'In the catalogue since ' || cast(dim_dataset.first_live_date as varchar)
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
    facts.suspected_client_days,
    facts.staff_client_days,
    facts.error_client_days,
    int_dataset_source.rests_on,
    case
        when facts.measured_days >= 90 and earlier.measured_days >= 90 then
            case
                when facts.measured_lower_limit > earlier.upper_limit then 'rising'
                when facts.upper_limit < earlier.measured_lower_limit then 'falling'
                else 'steady'
            end
        else 'unknown'
    end as trend,
    case when earlier.measured_days > 0 then earlier.uses end as earlier_uses,
    coalesce(earlier.measured_days, 0) as earlier_measured_days,
    round(
        cast(earlier.uses as double) * 91.25e0
            / nullif(cast(earlier.measured_days as double), 0e0),
        2
    ) as earlier_rate_per_quarter,
    round(earlier.measured_lower_limit, 2) as earlier_lower_limit,
    round(earlier.upper_limit, 2) as earlier_upper_limit,
    pages.status as page_status,
    pages.reason as page_reason,
    pages.is_provisional as is_page_provisional,
    case when pages.measured_days > 0 then pages.uses end as page_uses,
    pages.measured_days as page_measured_days,
    round(
        cast(pages.uses as double) * 91.25e0
            / nullif(cast(pages.measured_days as double), 0e0),
        2
    ) as page_rate_per_quarter,
    round(pages.lower_limit, 2) as page_lower_limit,
    round(pages.upper_limit, 2) as page_upper_limit,
    round(pages.dispersion, 3) as page_dispersion,
    round(
        cast(facts.busiest_requests as double)
            / nullif(cast(facts.total_requests as double), 0e0),
        4
    ) as busiest_client_share,
    round(
        cast(int_busiest_agent.client_days as double)
            / nullif(cast(facts.all_uses as double), 0e0),
        4
    ) as busiest_agent_share,
    int_busiest_agent.known_name as busiest_agent
from reasoned
inner join facts on facts.dataset_id = reasoned.dataset_id
inner join phrases on phrases.dataset_id = reasoned.dataset_id
inner join dim_dataset on dim_dataset.dataset_id = reasoned.dataset_id
left join int_dataset_source on int_dataset_source.dataset_id = reasoned.dataset_id
left join earlier on earlier.dataset_id = facts.dataset_id
left join pages on pages.dataset_id = facts.dataset_id
left join int_busiest_agent on int_busiest_agent.dataset_id = facts.dataset_id
