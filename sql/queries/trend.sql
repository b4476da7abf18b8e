-- Use of one dataset in each quarter beside the quarter before and the same quarter a year before.
--
-- Rates are uses per 91.25 measured days, so that gaps do not look like less use; null: no measured
-- day. A difference of a few uses is chance: the question status-history has the limits.
-- param: dataset (dataset) its name, an old name, id, page address, or a part that only it has
with quarters as (
    select distinct quarter_label, quarter_start_date
    from dim_date
),
rates as (
    select
        period as quarter,
        quarter_start_date as start_date,
        uses,
        measured_days,
        round(uses * 91.25 / nullif(measured_days, 0), 1) as rate
    from dataset_usage
    inner join quarters on quarters.quarter_label = dataset_usage.period
    where dataset_id = $dataset
)
select
    rates.quarter,
    rates.uses,
    rates.measured_days,
    rates.rate,
    earlier.rate as quarter_before,
    year_ago.rate as year_before
from rates
left join rates as earlier on earlier.start_date = rates.start_date - interval 3 month
left join rates as year_ago on year_ago.start_date = rates.start_date - interval 12 month
order by rates.start_date desc;
