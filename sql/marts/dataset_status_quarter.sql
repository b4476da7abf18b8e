-- The verdict on every dataset at the end of each quarter that is over: by the 365 days to the
-- quarter's end, of the datasets in the catalogue then, with the dispersion of those days. Compare
-- two quarters only with their measured days: a status may change because more could be seen.
--
-- grain: dataset_id, quarter_label
--
-- dataset_id             see dim_dataset
-- quarter_label          the quarter; see dim_date
-- quarter_end_date       its last day, UTC
-- status                 as in dataset_status
-- reason                 why, where the status needs one; null: nothing to add
-- is_provisional         unused or barely used "so far": measured on fewer than full_year_days
-- is_broken              at least 3 client-days had an error for its data since its last request
-- uses                   client-days with a request on measured days; null: no such day
-- seen_uses              client-days with a request on seen days; null: no such day
-- all_uses               client-days with a request on any day: a lower bound
-- measured_days          days on which all hosts of its data were measured
-- seen_days              days on which one of them was measured, or may have proven use
-- live_days              days of the 365 in the catalogue, as far as the data goes back
-- rate_per_quarter       uses per 91.25 measured days; null: no such day
-- lower_limit            lower limit of the rate, a quarter; null: no seen day
-- upper_limit            upper limit of the rate, a quarter; null: no measured day
-- dispersion             how use clusters; see dispersion
-- is_dispersion_default  too few uses near the threshold: the configured dispersion was used
-- last_request_date      last day with a request up to the quarter's end, UTC; null: none
-- evidence_source        what the status rests on: log, or the name of one source of counts
-- count_source           the source of counts that tells most; null: none knows a day
-- count_low              least use that it counted
-- count_high             most use that it counted
-- count_days             days that it knows, whole and final
-- count_share_low        part of all use that it sees, at least (0 to 1); null: not known
-- count_lower_limit      lower limit of the rate by its counts
-- count_upper_limit      upper limit by its counts, divided by count_share_low; null: none

select
    int_verdict.dataset_id,
    build_window.window_label as quarter_label,
    build_window.end_date as quarter_end_date,
    int_status.status,
    int_status.reason,
    int_status.is_provisional,
    int_verdict.is_broken,
    case when int_verdict.measured_days > 0 then int_verdict.uses end as uses,
    case when int_verdict.seen_days > 0 then int_verdict.seen_uses end as seen_uses,
    int_verdict.all_uses,
    int_verdict.measured_days,
    int_verdict.seen_days,
    int_verdict.live_days,
    round(
        cast(int_verdict.uses as double) * 91.25e0
            / nullif(cast(int_verdict.measured_days as double), 0e0),
        2
    ) as rate_per_quarter,
    round(int_verdict.lower_limit, 2) as lower_limit,
    round(int_verdict.upper_limit, 2) as upper_limit,
    round(int_verdict.dispersion, 3) as dispersion,
    int_verdict.is_default as is_dispersion_default,
    int_dataset_error.last_request_date,
    int_status.evidence_source,
    int_status.count_source,
    int_status.count_low,
    int_status.count_high,
    int_status.count_days,
    round(int_status.count_share_low, 4) as count_share_low,
    round(int_status.count_lower_limit, 2) as count_lower_limit,
    round(int_status.count_upper_limit, 2) as count_upper_limit
from int_verdict
inner join int_status
    on int_status.dataset_id = int_verdict.dataset_id
    and int_status.window_label = int_verdict.window_label
    and int_status.scenario = int_verdict.scenario
inner join build_window on build_window.window_label = int_verdict.window_label
left join int_dataset_error
    on int_dataset_error.dataset_id = int_verdict.dataset_id
    and int_dataset_error.window_label = int_verdict.window_label
where build_window.window_kind = 'quarter' and int_verdict.scenario = 'base'
