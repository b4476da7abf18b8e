-- The verdict on every dataset in the catalogue at the end of as_of_date: one status, its
-- reason, the limits it follows from, and the evidence in words. It counts client-days with a
-- request over the 365 days to as_of_date; T is the threshold, in uses a quarter.
--
-- The limits are one-sided 95 % limits by Byar's closed form, widened by the dispersion: the
-- upper one from the days on which all its data was measured, the lower one from the days on
-- which any of it was. A low status also needs the upper limit from the days seen, and the rate
-- of all uses over all days in the catalogue, to be below T. See int_verdict. Where no log can
-- tell, the counts of one tool may; see int_status and int_count_verdict.
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
-- evidence_source        what the status rests on: log, or the name of one source of counts
-- count_source           the source of counts that tells most, whether or not the status rests on
--     it; null: none knows a day
-- count_low              least use that it counted; counts of sources and logs are never added
-- count_high             most use that it counted
-- count_days             days that it knows, whole and final
-- count_seen_days        days of which it could have proven use
-- count_last_date        last day that it knows; null: none
-- count_share_low        part of all use that it sees, at least (0 to 1); null: not known
-- count_share_high       the same, at most
-- count_lower_limit      lower limit of the rate by its counts
-- count_upper_limit      upper limit by its counts, divided by count_share_low; null: none
-- page_evidence_source   what page_status rests on: log, or the name of one source of counts
-- page_count_low         least visits that the source that tells most counted; null: none
-- page_count_high        most visits that it counted
-- page_count_days        days that it knows
-- page_count_lower_limit  lower limit of the rate of visits by its counts
-- page_count_upper_limit  upper limit by its counts, divided by the share it sees; null: none

with

pages as (
    select
        int_verdict.dataset_id,
        int_status.status,
        int_status.reason,
        int_status.is_provisional,
        int_verdict.uses,
        int_verdict.measured_days,
        int_verdict.lower_limit,
        int_verdict.upper_limit,
        int_verdict.dispersion,
        int_status.evidence_source,
        int_status.count_low,
        int_status.count_high,
        int_status.count_days,
        int_status.count_lower_limit,
        int_status.count_upper_limit
    from int_verdict
    inner join int_status
        on int_status.dataset_id = int_verdict.dataset_id
        and int_status.window_label = int_verdict.window_label
        and int_status.scenario = int_verdict.scenario
    where int_verdict.window_label = 'current' and int_verdict.scenario = 'page'
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
        int_status.status,
        int_status.reason,
        int_status.is_provisional,
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
        int_dataset_error.last_request_date,
        coalesce(int_dataset_error.error_client_days, 0) as error_client_days,
        int_status.evidence_source,
        int_status.count_source,
        int_status.count_low,
        int_status.count_high,
        int_status.count_days,
        int_status.count_seen_days,
        int_status.count_last_date,
        int_status.count_share_low,
        int_status.count_share_high,
        int_status.count_lower_limit,
        int_status.count_upper_limit
    from int_verdict
    inner join int_status
        on int_status.dataset_id = int_verdict.dataset_id
        and int_status.window_label = int_verdict.window_label
        and int_status.scenario = int_verdict.scenario
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
    int_evidence.evidence,
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
    int_busiest_agent.known_name as busiest_agent,
    facts.evidence_source,
    facts.count_source,
    facts.count_low,
    facts.count_high,
    facts.count_days,
    facts.count_seen_days,
    facts.count_last_date,
    round(facts.count_share_low, 4) as count_share_low,
    round(facts.count_share_high, 4) as count_share_high,
    round(facts.count_lower_limit, 2) as count_lower_limit,
    round(facts.count_upper_limit, 2) as count_upper_limit,
    pages.evidence_source as page_evidence_source,
    pages.count_low as page_count_low,
    pages.count_high as page_count_high,
    pages.count_days as page_count_days,
    round(pages.count_lower_limit, 2) as page_count_lower_limit,
    round(pages.count_upper_limit, 2) as page_count_upper_limit
from reasoned
inner join facts on facts.dataset_id = reasoned.dataset_id
inner join int_evidence on int_evidence.dataset_id = reasoned.dataset_id
inner join dim_dataset on dim_dataset.dataset_id = reasoned.dataset_id
left join int_dataset_source on int_dataset_source.dataset_id = reasoned.dataset_id
left join earlier on earlier.dataset_id = facts.dataset_id
left join pages on pages.dataset_id = facts.dataset_id
left join int_busiest_agent on int_busiest_agent.dataset_id = facts.dataset_id
