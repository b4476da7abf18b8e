-- What a source of counts says of a dataset in each window: its exposure, which is the days that
-- the source answered for, whole and final, and its uses. Requests are judged in the current
-- window and at the end of each quarter, visits of pages in the current window.
--
-- A period that crosses an edge of the window counts with all it has for the most use, and with
-- nothing for the least; so does, for the least, one that crosses a change of the dataset's hosts.
--
-- grain: dataset_id, window_label, source, metric_kind
--
-- dataset_id     see dim_dataset
-- window_label   see build_window
-- source         see stg_count_source
-- metric_kind    files (requests) or pages (visits of its page)
-- answered_days  days in the catalogue, with a data link or page, on which use could be proven
-- known_days     those of them on which disuse could be proven too
-- open_days      days that would be known if no counter of the dataset had fallen, changed its name
--     or been missing; not among the known ones
-- uses_low       least use, of the answered days
-- uses_high      most use, of the known days
-- last_date      last of the known days of the source; null: none

with

windows as (
    select window_label, window_kind, start_date, end_date
    from build_window
    where window_kind in ('current', 'quarter')
),

kinds as (
    select distinct source, metric_kind
    from fct_count_day
    where metric_kind <> 'referrals'
),

wanted as (
    select
        kinds.source,
        kinds.metric_kind,
        windows.window_label,
        windows.start_date,
        windows.end_date
    from kinds
    cross join windows
    where kinds.metric_kind = 'files' or windows.window_kind = 'current'
),

spans as (
    select dataset_id, 'files' as metric_kind, from_date, to_date
    from int_dataset_span
    where host_set is not null

    union all

    select dataset_id, 'pages' as metric_kind, from_date, to_date
    from int_dataset_span
    where portal_host is not null
),

parts as (
    select
        spans.dataset_id,
        wanted.window_label,
        wanted.source,
        wanted.metric_kind,
        cast(
            case
                when spans.from_date > wanted.start_date then spans.from_date
                else wanted.start_date
            end - interval '1' day as date
        ) as day_before,
        case
            when spans.to_date <= wanted.end_date
                then cast(spans.to_date - interval '1' day as date)
            else wanted.end_date
        end as last_day
    from wanted
    inner join spans
        on spans.metric_kind = wanted.metric_kind
        and spans.from_date <= wanted.end_date
        and spans.to_date > wanted.start_date
),

exposures as (
    select
        parts.dataset_id,
        parts.window_label,
        parts.source,
        parts.metric_kind,
        sum(totals.answered_days - coalesce(earlier.answered_days, 0)) as answered_days,
        sum(totals.known_days - coalesce(earlier.known_days, 0)) as known_days,
        max(totals.last_date) as last_date
    from parts
    inner join int_count_total as totals
        on totals.source = parts.source
        and totals.metric_kind = parts.metric_kind
        and totals.day = parts.last_day
    left join int_count_total as earlier
        on earlier.source = parts.source
        and earlier.metric_kind = parts.metric_kind
        and earlier.day = parts.day_before
    group by parts.dataset_id, parts.window_label, parts.source, parts.metric_kind
),

counts as (
    select
        source,
        metric_kind,
        dataset_id,
        period_start,
        period_end,
        is_reading,
        value_low,
        value_high
    from fct_dataset_period
    where
        is_final
        and usage_kind = case metric_kind when 'files' then 'request' else 'investigation' end
),

lows as (
    select
        counts.dataset_id,
        wanted.window_label,
        counts.source,
        counts.metric_kind,
        sum(counts.value_low) as uses_low
    from counts
    inner join wanted
        on wanted.source = counts.source
        and wanted.metric_kind = counts.metric_kind
        and wanted.start_date <= counts.period_start
        and wanted.end_date >= counts.period_end
    inner join spans
        on spans.dataset_id = counts.dataset_id
        and spans.metric_kind = counts.metric_kind
        and spans.from_date <= counts.period_start
        and spans.to_date > counts.period_end
    group by counts.dataset_id, wanted.window_label, counts.source, counts.metric_kind
),

highs as (
    select
        counts.dataset_id,
        wanted.window_label,
        counts.source,
        counts.metric_kind,
        sum(counts.value_high) as uses_high
    from counts
    inner join wanted
        on wanted.source = counts.source
        and wanted.metric_kind = counts.metric_kind
        and wanted.start_date <= counts.period_end
        and wanted.end_date >= counts.period_start
    where counts.value_high is not null
    group by counts.dataset_id, wanted.window_label, counts.source, counts.metric_kind
),

open_spans as (
    select
        source,
        metric_kind,
        dataset_id,
        period_start,
        period_end,
        max(period_end) over (
            partition by source, metric_kind, dataset_id
            order by period_start, period_end
            rows between unbounded preceding and 1 preceding
        ) as reached_date
    from counts
    where is_reading and value_high is null
),

-- Each day once: one span ends on the day that the next begins on.
open_days as (
    select
        source,
        metric_kind,
        dataset_id,
        case
            when reached_date >= period_start then cast(reached_date + interval '1' day as date)
            else period_start
        end as from_date,
        period_end
    from open_spans
    where reached_date is null or reached_date < period_end
),

open_parts as (
    select
        open_days.dataset_id,
        wanted.window_label,
        open_days.source,
        open_days.metric_kind,
        cast(
            case
                when
                    open_days.from_date >= wanted.start_date
                    and open_days.from_date >= spans.from_date then open_days.from_date
                when spans.from_date >= wanted.start_date then spans.from_date
                else wanted.start_date
            end - interval '1' day as date
        ) as day_before,
        case
            when
                open_days.period_end <= wanted.end_date
                and open_days.period_end < spans.to_date then open_days.period_end
            when spans.to_date <= wanted.end_date
                then cast(spans.to_date - interval '1' day as date)
            else wanted.end_date
        end as last_day
    from open_days
    inner join wanted
        on wanted.source = open_days.source
        and wanted.metric_kind = open_days.metric_kind
        and wanted.start_date <= open_days.period_end
        and wanted.end_date >= open_days.from_date
    inner join spans
        on spans.dataset_id = open_days.dataset_id
        and spans.metric_kind = open_days.metric_kind
        and spans.from_date <= open_days.period_end
        and spans.to_date > open_days.from_date
),

opens as (
    select
        open_parts.dataset_id,
        open_parts.window_label,
        open_parts.source,
        open_parts.metric_kind,
        sum(totals.known_days - coalesce(earlier.known_days, 0)) as day_count
    from open_parts
    inner join int_count_total as totals
        on totals.source = open_parts.source
        and totals.metric_kind = open_parts.metric_kind
        and totals.day = open_parts.last_day
    left join int_count_total as earlier
        on earlier.source = open_parts.source
        and earlier.metric_kind = open_parts.metric_kind
        and earlier.day = open_parts.day_before
    where open_parts.last_day > open_parts.day_before
    group by
        open_parts.dataset_id,
        open_parts.window_label,
        open_parts.source,
        open_parts.metric_kind
)

select
    exposures.dataset_id,
    exposures.window_label,
    exposures.source,
    exposures.metric_kind,
    cast(exposures.answered_days as bigint) as answered_days,
    cast(exposures.known_days - coalesce(opens.day_count, 0) as bigint) as known_days,
    cast(coalesce(opens.day_count, 0) as bigint) as open_days,
    cast(coalesce(lows.uses_low, 0) as bigint) as uses_low,
    cast(coalesce(highs.uses_high, 0) as bigint) as uses_high,
    exposures.last_date
from exposures
-- Only what gets a verdict in the window.
inner join int_dataset_window
    on int_dataset_window.dataset_id = exposures.dataset_id
    and int_dataset_window.window_label = exposures.window_label
left join lows
    on lows.dataset_id = exposures.dataset_id
    and lows.window_label = exposures.window_label
    and lows.source = exposures.source
    and lows.metric_kind = exposures.metric_kind
left join highs
    on highs.dataset_id = exposures.dataset_id
    and highs.window_label = exposures.window_label
    and highs.source = exposures.source
    and highs.metric_kind = exposures.metric_kind
left join opens
    on opens.dataset_id = exposures.dataset_id
    and opens.window_label = exposures.window_label
    and opens.source = exposures.source
    and opens.metric_kind = exposures.metric_kind
where exposures.answered_days > 0
