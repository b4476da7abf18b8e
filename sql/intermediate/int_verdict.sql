-- The verdict, by one formula for every window and scenario: one status each, and the limits it
-- follows from. The limits are one-sided 95 % limits of the rate a quarter, by Byar's closed form,
-- widened by the dispersion of the window and scenario.
--
-- Use is limited from below by the days on which any of the data was measured, and from above by
-- those on which all of it was. A low status also needs the upper limit from the days seen, and
-- the rate of all uses over all days in the catalogue, to be below the threshold. Broken is broken
-- in every scenario; errors are those of data, so a page is never unreachable.
--
-- grain: dataset_id, window_label, scenario
--
-- dataset_id            see dim_dataset
-- window_label          see build_window
-- scenario              see int_scenario
-- status                the first that fits: used (lower limit at least the threshold),
--     unreachable, not_measurable, insufficient_evidence, unused, barely_used (upper limit below
--     the threshold), borderline
-- reason                why, where the status needs one; null: nothing to add
-- is_provisional        unused or barely used "so far": measured on fewer than full_year_days
-- is_broken             at least 3 client-days got an error for its data since its last request,
--     from a resource whose last answer was an error
-- threshold             uses a quarter
-- dispersion            how use clusters; see int_dispersion
-- is_default            too few uses near the threshold: the configured dispersion was used
-- uses                  client-days on measured days (k)
-- seen_uses             client-days on seen days (k_seen)
-- all_uses              client-days on any day
-- measured_days         days on which all hosts were measured (e)
-- seen_days             days on which one of them was measured, or may have proven use (e_seen)
-- live_days             days of the window in the catalogue
-- data_days             those with a data link; of a page: with a host
-- lower_limit           lower limit from the days seen; null: none
-- upper_limit           upper limit from the measured days; null: none
-- measured_lower_limit  lower limit from the measured days, to compare windows by; null: none
-- zero_limit            upper limit that no use at all would have had; null: no measured day

with

scaled as (
    select
        int_scenario.dataset_id,
        int_scenario.window_label,
        int_scenario.scenario,
        bases.basis,
        -- One use, in units of the dispersion, and what a rate of one such unit is a quarter.
        cast(
            case bases.basis when 'seen' then int_scenario.seen_uses else int_scenario.uses end
            as double
        ) / int_dispersion.dispersion as units,
        int_dispersion.dispersion * 91.25e0 / nullif(
            cast(
                case bases.basis
                    when 'seen' then int_scenario.seen_days
                    else int_scenario.measured_days
                end as double
            ),
            0e0
        ) as unit_rate
    from int_scenario
    inner join int_dispersion
        on int_dispersion.window_label = int_scenario.window_label
        and int_dispersion.scenario = int_scenario.scenario
    cross join (values ('measured'), ('seen')) as bases (basis)
),

-- z is 1.6448536; the lower limit has no meaning where its base is negative.
bounds as (
    select
        dataset_id,
        window_label,
        scenario,
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
        window_label,
        scenario,
        max(case when basis = 'measured' then upper_limit end) as upper_limit,
        max(case when basis = 'measured' then lower_limit end) as measured_lower_limit,
        max(case when basis = 'seen' then upper_limit end) as seen_upper_limit,
        max(case when basis = 'seen' then lower_limit end) as lower_limit
    from bounds
    group by dataset_id, window_label, scenario
),

facts as (
    select
        int_scenario.dataset_id,
        int_scenario.window_label,
        int_scenario.scenario,
        int_scenario.threshold,
        int_scenario.live_days,
        int_scenario.data_days,
        int_scenario.measured_days,
        int_scenario.seen_days,
        int_scenario.redirect_days,
        int_scenario.cached_days,
        int_scenario.unseen_days,
        int_scenario.new_days,
        365 - int_scenario.measured_days as lost_days,
        int_scenario.uses,
        int_scenario.seen_uses,
        int_scenario.all_uses,
        build_setting.full_year_days,
        int_dispersion.dispersion,
        int_dispersion.is_default,
        -- The upper limit of one unit of no use, in a window that is measured in full.
        power(1e0 - 1e0 / 9e0 + 1.6448536269514722e0 / 3e0, 3e0) * 91.25e0 / 365e0
            as full_zero_limit,
        limits.upper_limit,
        limits.lower_limit,
        limits.measured_lower_limit,
        limits.seen_upper_limit,
        cast(int_scenario.all_uses as double) * 91.25e0
            / nullif(cast(int_scenario.live_days as double), 0e0) as all_rate,
        int_scenario.scenario <> 'page'
            and coalesce(int_dataset_error.dead_client_days, 0) >= 3 as is_broken
    from int_scenario
    cross join build_setting
    inner join int_dispersion
        on int_dispersion.window_label = int_scenario.window_label
        and int_dispersion.scenario = int_scenario.scenario
    inner join limits
        on limits.dataset_id = int_scenario.dataset_id
        and limits.window_label = int_scenario.window_label
        and limits.scenario = int_scenario.scenario
    left join int_dataset_error
        on int_dataset_error.dataset_id = int_scenario.dataset_id
        and int_dataset_error.window_label = int_scenario.window_label
),

judged as (
    select
        dataset_id,
        window_label,
        scenario,
        threshold,
        live_days,
        data_days,
        measured_days,
        seen_days,
        cached_days,
        unseen_days,
        new_days,
        lost_days,
        uses,
        seen_uses,
        all_uses,
        full_year_days,
        dispersion,
        is_default,
        upper_limit,
        lower_limit,
        measured_lower_limit,
        full_zero_limit,
        dispersion * full_zero_limit * 365e0 / nullif(cast(measured_days as double), 0e0)
            as zero_limit,
        is_broken,
        case
            when lower_limit >= threshold then 'used'
            when is_broken then 'unreachable'
            -- A portal that redirects some readers of a host without a log may redirect nobody
            -- to this dataset: where none was seen, nothing of it was.
            when seen_uses = 0 and seen_days = redirect_days then 'not_measurable'
            when upper_limit is null
                or dispersion * full_zero_limit * 365e0
                    / nullif(cast(measured_days as double), 0e0) >= threshold
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
)

select
    dataset_id,
    window_label,
    scenario,
    status,
    case
        when status = 'not_measurable' then
            case
                when unseen_days > 0 then 'external_host'
                when data_days = 0 then
                    case scenario when 'page' then 'no_page' else 'no_data_link' end
                when new_days > 357 then 'not_yet_live'
                else 'gaps'
            end
        when status = 'insufficient_evidence' then
            case
                -- Where not even all 365 days could tell, no lost day is to blame.
                when measured_days > 0 and dispersion * full_zero_limit >= threshold then
                    case when full_zero_limit < threshold then 'clustered' else 'seldom_seen' end
                when data_days < live_days and (live_days - data_days) * 2 >= lost_days then
                    case scenario when 'page' then 'no_page' else 'no_data_link' end
                when cached_days > 0 and cached_days * 4 >= lost_days then 'behind_cache'
                when unseen_days > 0 and unseen_days * 4 >= lost_days then 'partly_measured'
                when new_days > 0 and new_days * 4 >= lost_days then 'too_new'
                when lost_days > 0 then 'gaps'
                else 'seldom_seen'
            end
        when status in ('unused', 'barely_used') and measured_days < full_year_days
            then 'not_a_full_year'
    end as reason,
    status in ('unused', 'barely_used') and measured_days < full_year_days as is_provisional,
    is_broken,
    threshold,
    dispersion,
    is_default,
    uses,
    seen_uses,
    all_uses,
    measured_days,
    seen_days,
    live_days,
    data_days,
    lower_limit,
    upper_limit,
    measured_lower_limit,
    zero_limit
from judged
