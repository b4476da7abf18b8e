-- A dataset that a source of counts did not name had no use only on days that the source knows for
-- good, whole and without hiding what is rare: no dataset has more known days in a window than the
-- source, nor more on which use could be proven than it answered for. Returns those that break it.
--
-- severity: error
--
-- dataset_id     the dataset
-- window_label   the window
-- source         the source
-- metric_kind    files or pages
-- known_days     known days of the dataset, those that a counter leaves open among them
-- source_days    known days of the source
-- answered_days  days on which use of the dataset could be proven

with

source_days as (
    select
        build_window.window_label,
        fct_count_day.source,
        fct_count_day.metric_kind,
        count(*) filter (where fct_count_day.state = 'known') as known_days,
        count(*) filter (where fct_count_day.state in ('known', 'partial')) as answered_days
    from fct_count_day
    inner join build_window
        on fct_count_day.day >= build_window.start_date
        and fct_count_day.day <= build_window.end_date
    group by build_window.window_label, fct_count_day.source, fct_count_day.metric_kind
)

select
    int_count_window.dataset_id,
    int_count_window.window_label,
    int_count_window.source,
    int_count_window.metric_kind,
    int_count_window.known_days + int_count_window.open_days as known_days,
    coalesce(source_days.known_days, 0) as source_days,
    int_count_window.answered_days
from int_count_window
left join source_days
    on source_days.window_label = int_count_window.window_label
    and source_days.source = int_count_window.source
    and source_days.metric_kind = int_count_window.metric_kind
where
    int_count_window.known_days + int_count_window.open_days > coalesce(source_days.known_days, 0)
    or int_count_window.answered_days > coalesce(source_days.answered_days, 0)
