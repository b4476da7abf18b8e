-- Quarters that can be reported
--
-- One row for each quarter that is over, with what the build was told. It is not shown: it says
-- what the other files are asked about.
--
-- for: reader
-- latest: as_of_date

with

-- A catalogue without datasets has quarters too. One without statuses is nothing to compare with.
over_now as (
    select
        labels.quarter_label,
        labels.quarter_end_date,
        row_number() over (order by labels.quarter_end_date desc) as age
    from (
        select distinct quarter_label, quarter_end_date
        from dim_date
    ) as labels
    inner join build_setting on labels.quarter_end_date <= build_setting.as_of_date
),

known as (
    select distinct quarter_label
    from dataset_status_quarter
),

ends as (
    select over_now.quarter_label, over_now.quarter_end_date, known.quarter_label as known_label
    from over_now
    left join known on known.quarter_label = over_now.quarter_label
    where over_now.age <= 8
),

quarters as (
    select
        quarter_label,
        quarter_end_date,
        cast(
            cast(quarter_end_date + interval '1' day as date) - interval '3' month as date
        ) as quarter_start_date,
        coalesce(lag(known_label) over (order by quarter_end_date), '') as previous_label,
        coalesce(lag(known_label, 4) over (order by quarter_end_date), '') as year_ago_label
    from ends
)

select
    quarters.quarter_label,
    quarters.quarter_start_date,
    quarters.quarter_end_date,
    quarters.previous_label,
    quarters.year_ago_label,
    build_setting.as_of_date,
    build_setting.first_date,
    build_setting.threshold,
    build_setting.page_threshold,
    build_setting.full_year_days,
    build_setting.year_start_month,
    date_diff('day', build_setting.first_date, quarters.quarter_end_date) >= 364 as has_year,
    date_diff('day', build_setting.first_date, quarters.quarter_end_date) >= 729 as has_two_years
from quarters
cross join build_setting
order by quarters.quarter_end_date
