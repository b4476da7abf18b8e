-- How many days each dataset was in the catalogue and measured, by quarter, window and block:
-- the sizes that all rates are divided by.
--
-- grain: dataset_id, quarter_start_date, window_number, block_number
--
-- dataset_id          the dataset
-- quarter_start_date  first day of the quarter
-- window_number       0: the 365 days to as_of_date; 1: the 365 before; 2: earlier
-- block_number        blocks of 28 days, counted back from as_of_date: 0 is the last one
-- live_days           days in the catalogue
-- data_days           days with a data link
-- measured_days       days on which all hosts of its data were measured
-- seen_days           days on which one of them was measured, or may have proven use
-- redirect_days       seen days on which only the portal's redirects could prove use
-- cached_days         days not measured, with a host that is only seen behind a cache
-- unseen_days         other days not measured, with a host that has no log
-- gap_days            other days not measured: its logs did not cover them
-- page_days           days on which the host of its page was measured
-- last_measured_date  last of the measured days; null: none

with

days as (
    select
        day,
        quarter_start_date,
        case when days_before < 365 then 0 when days_before < 730 then 1 else 2 end
            as window_number,
        cast((days_before - mod(days_before, 28)) / 28 as bigint) as block_number
    from dim_date
)

select
    int_dataset_day.dataset_id,
    days.quarter_start_date,
    cast(days.window_number as bigint) as window_number,
    days.block_number,
    count(*) as live_days,
    count(*) filter (where int_dataset_day.has_data_link) as data_days,
    count(*) filter (where int_dataset_day.is_measured) as measured_days,
    count(*) filter (where int_dataset_day.is_seen) as seen_days,
    count(*) filter (
        where int_dataset_day.is_seen and int_dataset_day.is_redirect_only
    ) as redirect_days,
    count(*) filter (
        where not int_dataset_day.is_measured and int_dataset_day.has_cached_host
    ) as cached_days,
    count(*) filter (
        where not int_dataset_day.is_measured
            and not int_dataset_day.has_cached_host
            and int_dataset_day.has_unseen_host
    ) as unseen_days,
    count(*) filter (
        where int_dataset_day.has_data_link
            and not int_dataset_day.is_measured
            and not int_dataset_day.has_cached_host
            and not int_dataset_day.has_unseen_host
    ) as gap_days,
    count(*) filter (where int_dataset_day.is_page_measured) as page_days,
    max(int_dataset_day.day) filter (where int_dataset_day.is_measured) as last_measured_date
from int_dataset_day
inner join days on days.day = int_dataset_day.day
group by
    int_dataset_day.dataset_id,
    days.quarter_start_date,
    days.window_number,
    days.block_number
