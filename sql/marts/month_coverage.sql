-- How much of each month the logs saw: a report about a month that was not seen whole has to say
-- so.
--
-- grain: month_start_date
--
-- month_start_date   first day of the calendar month, UTC
-- month_end_date     last day of the calendar month, UTC
-- day_count          days of the calendar month
-- day_in_data_count  those of them from first_date to as_of_date
-- last_date          last of these, UTC
-- whole_days         days on which every log that was needed was continuous
-- missed_days        days in the data on which one was not
-- first_missed_date  first of the missed days, UTC; null: none
-- last_missed_date   last of the missed days, UTC; null: none
-- is_whole           every day of the month is in the data, and none was missed

with

logs as (
    select day, bool_and(is_continuous) as is_continuous
    from fct_source_day
    where coverage <> 'out_of_service'
    group by day
),

months as (
    select
        dim_date.month_start_date,
        cast(dim_date.month_start_date + interval '1' month as date) as next_month_date,
        count(*) as day_in_data_count,
        max(dim_date.day) as last_date,
        count(*) filter (where coalesce(logs.is_continuous, false)) as whole_days,
        min(case when not coalesce(logs.is_continuous, false) then dim_date.day end)
            as first_missed_date,
        max(case when not coalesce(logs.is_continuous, false) then dim_date.day end)
            as last_missed_date
    from dim_date
    left join logs on logs.day = dim_date.day
    group by
        dim_date.month_start_date,
        cast(dim_date.month_start_date + interval '1' month as date)
)

select
    month_start_date,
    cast(next_month_date - interval '1' day as date) as month_end_date,
    date_diff('day', month_start_date, next_month_date) as day_count,
    day_in_data_count,
    last_date,
    whole_days,
    day_in_data_count - whole_days as missed_days,
    first_missed_date,
    last_missed_date,
    whole_days = date_diff('day', month_start_date, next_month_date) as is_whole
from months
