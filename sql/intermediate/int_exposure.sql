-- How many days of each window and quarter each dataset was in the catalogue and measured: the
-- sizes that all rates are divided by. Days before the first line of any log do not count, however
-- far back other sources of counts go.
--
-- grain: dataset_id, period_kind, period
--
-- dataset_id          the dataset
-- period_kind         window (see build_window) or quarter
-- period              window_label, or quarter_label
-- live_days           days in the catalogue
-- data_days           days with a data link
-- measured_days       days on which all hosts of its data were measured
-- seen_days           days on which one of them was measured, or may have proven use
-- redirect_days       seen days on which only the portal's redirects could prove use
-- cached_days         days not measured, with a host that is only seen behind a cache
-- unseen_days         other days not measured, with a host that has no log
-- page_link_days      days on which the host of its page is known and visits are credited to it
-- page_days           days on which that host was measured
-- page_seen_days      days on which it was measured, or may have proven visits
-- page_cached_days    days on which it was only seen behind a cache
-- page_unseen_days    days on which it had no log
-- last_measured_date  last of the measured days, UTC; null: none

with

periods as (
    select 'window' as period_kind, window_label as period, start_date, end_date
    from build_window

    union all

    select 'quarter' as period_kind, quarter_label as period, min(day) as start_date,
        max(day) as end_date
    from dim_date
    group by quarter_label
),

log_start as (
    select coalesce(min(stg_unit_hour.day), min(build_setting.first_date)) as first_date
    from build_setting
    left join stg_unit_hour
        on stg_unit_hour.day >= build_setting.first_date
        and stg_unit_hour.day <= build_setting.as_of_date
),

-- The part of each span that lies in the period and in the days of logs.
parts as (
    select
        int_dataset_span.dataset_id,
        int_dataset_span.host_set,
        int_dataset_span.portal_host,
        periods.period_kind,
        periods.period,
        case
            when int_dataset_span.from_date >= periods.start_date
                and int_dataset_span.from_date >= log_start.first_date
                then int_dataset_span.from_date
            when periods.start_date >= log_start.first_date then periods.start_date
            else log_start.first_date
        end as first_day,
        case
            when int_dataset_span.to_date <= periods.end_date
                then cast(int_dataset_span.to_date - interval '1' day as date)
            else periods.end_date
        end as last_day
    from int_dataset_span
    cross join log_start
    inner join periods
        on periods.start_date < int_dataset_span.to_date
        and periods.end_date >= int_dataset_span.from_date
        and periods.end_date >= log_start.first_date
    where int_dataset_span.to_date > log_start.first_date
),

bounded as (
    select
        dataset_id,
        host_set,
        portal_host,
        period_kind,
        period,
        first_day,
        last_day,
        cast(first_day - interval '1' day as date) as day_before,
        date_diff('day', first_day, last_day) + 1 as day_count
    from parts
)

select
    bounded.dataset_id,
    bounded.period_kind,
    bounded.period,
    cast(sum(bounded.day_count) as bigint) as live_days,
    cast(sum(case when bounded.host_set is null then 0 else bounded.day_count end) as bigint)
        as data_days,
    cast(sum(
        coalesce(data_end.measured_days, 0) - coalesce(data_begin.measured_days, 0)
    ) as bigint) as measured_days,
    cast(sum(
        coalesce(data_end.seen_days, 0) - coalesce(data_begin.seen_days, 0)
    ) as bigint) as seen_days,
    cast(sum(
        coalesce(data_end.redirect_days, 0) - coalesce(data_begin.redirect_days, 0)
    ) as bigint) as redirect_days,
    cast(sum(
        coalesce(data_end.cached_days, 0) - coalesce(data_begin.cached_days, 0)
    ) as bigint) as cached_days,
    cast(sum(
        coalesce(data_end.unseen_days, 0) - coalesce(data_begin.unseen_days, 0)
    ) as bigint) as unseen_days,
    cast(sum(case when bounded.portal_host is null then 0 else bounded.day_count end) as bigint)
        as page_link_days,
    cast(sum(
        coalesce(page_end.measured_days, 0) - coalesce(page_begin.measured_days, 0)
    ) as bigint) as page_days,
    cast(sum(
        coalesce(page_end.seen_days, 0) - coalesce(page_begin.seen_days, 0)
    ) as bigint) as page_seen_days,
    cast(sum(
        coalesce(page_end.cached_days, 0) - coalesce(page_begin.cached_days, 0)
    ) as bigint) as page_cached_days,
    -- A portal that neither a log nor data is on is in no table of hosts.
    cast(sum(
        coalesce(page_end.unseen_days, 0) - coalesce(page_begin.unseen_days, 0)
        + case when bounded.portal_host is null then 0 else bounded.day_count end
        - coalesce(page_end.known_days, 0) + coalesce(page_begin.known_days, 0)
    ) as bigint) as page_unseen_days,
    max(
        case when data_end.last_measured_date >= bounded.first_day
            then data_end.last_measured_date end
    ) as last_measured_date
from bounded
left join int_host_set_total as data_end
    on data_end.host_set = bounded.host_set
    and data_end.day = bounded.last_day
left join int_host_set_total as data_begin
    on data_begin.host_set = bounded.host_set
    and data_begin.day = bounded.day_before
left join int_host_set_total as page_end
    on page_end.host_set = bounded.portal_host
    and page_end.day = bounded.last_day
left join int_host_set_total as page_begin
    on page_begin.host_set = bounded.portal_host
    and page_begin.day = bounded.day_before
group by bounded.dataset_id, bounded.period_kind, bounded.period
