-- What each source of counts proves of each dataset, by the formula of int_verdict. Use is proven
-- by the least use, over all days answered. Disuse is proven by the most use, over the days known,
-- divided by the low end of the detection share: what the source does not see may have happened.
-- There is no third: where neither is proven, the counts prove nothing.
--
-- grain: dataset_id, window_label, scenario, source
--
-- dataset_id     see dim_dataset
-- window_label   see build_window
-- scenario       base, half or double (of requests), or page; see int_scenario
-- source         see stg_count_source
-- proof          used, low (used less than the threshold), or none
-- reason         of none: counter_open (it would be low if the counter's open days were known and
--     without use), or seldom_seen (the source sees too little, or too few days); else null
-- threshold      uses a quarter
-- dispersion     how counts cluster; see int_count_dispersion
-- answered_days  see int_count_window
-- known_days     see int_count_window
-- open_days      see int_count_window
-- last_date      see int_count_window
-- uses_low       see int_count_window
-- uses_high      see int_count_window
-- share_low      see int_count_share; null: not known
-- share_high     see int_count_share; null: not known
-- lower_limit    lower limit of the rate, a quarter, from what was seen
-- upper_limit    upper limit of the rate, divided by share_low; null: no known day, or no share

with

scaled as (
    select
        int_count_window.dataset_id,
        int_count_window.window_label,
        int_count_dispersion.scenario,
        int_count_window.source,
        int_count_dispersion.threshold,
        int_count_dispersion.dispersion,
        int_count_window.answered_days,
        int_count_window.known_days,
        int_count_window.open_days,
        int_count_window.last_date,
        int_count_window.uses_low,
        int_count_window.uses_high,
        int_count_share.share_low,
        int_count_share.share_high,
        cast(int_count_window.uses_low as double) / int_count_dispersion.dispersion as units_low,
        cast(int_count_window.uses_high as double) / int_count_dispersion.dispersion as units_high,
        int_count_dispersion.dispersion * 91.25e0
            / nullif(cast(int_count_window.answered_days as double), 0e0) as low_rate,
        int_count_dispersion.dispersion * 91.25e0
            / nullif(cast(int_count_window.known_days as double), 0e0) as high_rate,
        int_count_dispersion.dispersion * 91.25e0
            / nullif(
                cast(int_count_window.known_days + int_count_window.open_days as double),
                0e0
            ) as closed_rate
    from int_count_window
    inner join int_count_dispersion
        on int_count_dispersion.window_label = int_count_window.window_label
        and int_count_dispersion.source = int_count_window.source
        and int_count_dispersion.metric_kind = int_count_window.metric_kind
    inner join int_count_share
        on int_count_share.source = int_count_window.source
        and int_count_share.metric_kind = int_count_window.metric_kind
),

-- As in int_verdict; z is 1.6448536.
limits as (
    select
        dataset_id,
        window_label,
        scenario,
        source,
        threshold,
        dispersion,
        answered_days,
        known_days,
        open_days,
        last_date,
        uses_low,
        uses_high,
        share_low,
        share_high,
        case
            when low_rate is null then null
            when units_low = 0e0 then 0e0
            when 1e0
                - 1e0 / (9e0 * nullif(units_low, 0e0))
                - 1.6448536269514722e0 / (3e0 * nullif(sqrt(units_low), 0e0)) <= 0e0 then 0e0
            else low_rate
                * units_low
                * power(
                    1e0
                    - 1e0 / (9e0 * nullif(units_low, 0e0))
                    - 1.6448536269514722e0 / (3e0 * nullif(sqrt(units_low), 0e0)),
                    3e0
                )
        end as lower_limit,
        (units_high + 1e0)
            * power(
                1e0
                - 1e0 / (9e0 * (units_high + 1e0))
                + 1.6448536269514722e0 / (3e0 * sqrt(units_high + 1e0)),
                3e0
            )
            / share_low as upper_units,
        high_rate,
        closed_rate,
        -- What was seen on days that are not known is use too.
        cast(uses_low as double) * 91.25e0
            / nullif(cast(answered_days as double), 0e0) / share_low as seen_rate
    from scaled
),

judged as (
    select
        dataset_id,
        window_label,
        scenario,
        source,
        threshold,
        dispersion,
        answered_days,
        known_days,
        open_days,
        last_date,
        uses_low,
        uses_high,
        share_low,
        share_high,
        lower_limit,
        high_rate * upper_units as upper_limit,
        case
            when lower_limit >= threshold then 'used'
            when coalesce(
                high_rate * upper_units < threshold and seen_rate < threshold,
                false
            ) then 'low'
            else 'none'
        end as proof,
        coalesce(
            open_days > 0 and closed_rate * upper_units < threshold and seen_rate < threshold,
            false
        ) as is_low_if_closed
    from limits
)

select
    dataset_id,
    window_label,
    scenario,
    source,
    proof,
    case
        when proof <> 'none' then cast(null as varchar)
        when is_low_if_closed then 'counter_open'
        else 'seldom_seen'
    end as reason,
    threshold,
    dispersion,
    answered_days,
    known_days,
    open_days,
    last_date,
    uses_low,
    uses_high,
    share_low,
    share_high,
    lower_limit,
    upper_limit
from judged
