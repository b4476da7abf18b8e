-- The months of the COUNTER report have what the daily facts have, and what dataset_usage has by
-- its own way: for each dataset and quarter, all four metrics. Returns the datasets and quarters
-- that differ.
--
-- severity: error
--
-- dataset_id             the dataset
-- quarter_label          the quarter
-- source                 what the months are compared with: the days or the usage
-- month_investigations   Total_Dataset_Investigations of the months
-- other_investigations   the same there
-- month_requests         Total_Dataset_Requests of the months
-- other_requests         the same there
-- month_uniques          both Unique_Dataset metrics of the months, summed
-- other_uniques          the same there

with

months as (
    select distinct month_start_date, quarter_label
    from dim_date
),

quarters as (
    select
        dataset_month.dataset_id,
        months.quarter_label,
        sum(dataset_month.total_investigations) as investigations,
        sum(dataset_month.total_requests) as requests,
        sum(dataset_month.unique_investigations + dataset_month.unique_requests) as uniques
    from dataset_month
    inner join months on months.month_start_date = dataset_month.month_start_date
    group by dataset_month.dataset_id, months.quarter_label
),

others as (
    select
        'days' as source,
        fct_dataset_day.dataset_id,
        dim_date.quarter_label,
        sum(fct_dataset_day.total_investigations) as investigations,
        sum(fct_dataset_day.total_requests) as requests,
        sum(fct_dataset_day.unique_investigations + fct_dataset_day.unique_requests) as uniques
    from fct_dataset_day
    inner join dim_date on dim_date.day = fct_dataset_day.day
    group by fct_dataset_day.dataset_id, dim_date.quarter_label

    union all

    select
        'usage' as source,
        dataset_id,
        period as quarter_label,
        total_investigations as investigations,
        total_requests as requests,
        unique_investigations + unique_requests as uniques
    from dataset_usage
    where period <> 'trailing_year'
),

sources as (
    select 'days' as source

    union all

    select 'usage' as source
),

both_sides as (
    select
        sources.source,
        quarters.dataset_id,
        quarters.quarter_label,
        quarters.investigations as month_investigations,
        0 as other_investigations,
        quarters.requests as month_requests,
        0 as other_requests,
        quarters.uniques as month_uniques,
        0 as other_uniques
    from quarters
    cross join sources

    union all

    select
        source,
        dataset_id,
        quarter_label,
        0 as month_investigations,
        investigations as other_investigations,
        0 as month_requests,
        requests as other_requests,
        0 as month_uniques,
        uniques as other_uniques
    from others
)

select
    dataset_id,
    quarter_label,
    source,
    cast(sum(month_investigations) as bigint) as month_investigations,
    cast(sum(other_investigations) as bigint) as other_investigations,
    cast(sum(month_requests) as bigint) as month_requests,
    cast(sum(other_requests) as bigint) as other_requests,
    cast(sum(month_uniques) as bigint) as month_uniques,
    cast(sum(other_uniques) as bigint) as other_uniques
from both_sides
group by dataset_id, quarter_label, source
having
    sum(month_investigations) <> sum(other_investigations)
    or sum(month_requests) <> sum(other_requests)
    or sum(month_uniques) <> sum(other_uniques)
