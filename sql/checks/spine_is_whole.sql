-- The spine has each day of each dataset's life in the catalogue, from first_date to as_of_date,
-- once. Returns the datasets for which the number of days differs.
--
-- severity: error
--
-- dataset_id  the dataset
-- life_days   days of its life in the period
-- spine_days  days in the spine

with

lives as (
    select
        int_dataset_life.dataset_id,
        case when int_dataset_life.from_date > build_setting.first_date
            then int_dataset_life.from_date else build_setting.first_date end as from_date,
        case when int_dataset_life.to_date <= build_setting.as_of_date
            then int_dataset_life.to_date
            else cast(build_setting.as_of_date + interval '1' day as date) end as to_date
    from int_dataset_life
    cross join build_setting
),

life_days as (
    select dataset_id, sum(date_diff('day', from_date, to_date)) as life_days
    from lives
    where from_date < to_date
    group by dataset_id
),

spine_days as (
    select dataset_id, count(*) as spine_days
    from int_dataset_day
    group by dataset_id
)

select
    coalesce(life_days.dataset_id, spine_days.dataset_id) as dataset_id,
    cast(coalesce(life_days.life_days, 0) as bigint) as life_days,
    coalesce(spine_days.spine_days, 0) as spine_days
from life_days
full outer join spine_days on spine_days.dataset_id = life_days.dataset_id
where coalesce(life_days.life_days, 0) <> coalesce(spine_days.spine_days, 0)
