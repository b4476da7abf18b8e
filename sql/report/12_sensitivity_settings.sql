-- Settings that the figures rest on
--
-- One row for each setting.
--
-- key: 1
-- for: portal
--
-- setting  Setting (word): What was set.
-- value    Value: Its value.

with

settings as (
    select 2 as line_number, 'first_date' as setting, cast(first_date as varchar) as value
    from build_setting

    union all

    select 3 as line_number, 'threshold' as setting, cast(threshold as varchar) as value
    from build_setting

    union all

    select 4 as line_number, 'page_threshold' as setting, cast(page_threshold as varchar) as value
    from build_setting

    union all

    select 5 as line_number, 'full_year_days' as setting, cast(full_year_days as varchar) as value
    from build_setting

    union all

    select
        6 as line_number,
        'year_start_month' as setting,
        cast(year_start_month as varchar) as value
    from build_setting

    union all

    select
        7 as line_number,
        'suspect_datasets_per_hour' as setting,
        cast(suspect_datasets_per_hour as varchar) as value
    from build_setting
)

select setting, value
from settings
order by line_number
