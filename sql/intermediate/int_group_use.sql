-- Use of each dataset in a period, the records of one dataset taken together: what totals are
-- made of. A group counts as the record of it with most use: exact where its records share all
-- their data, a lower bound where they share some.
--
-- grain: group_id, period
--
-- group_id          see dim_dataset
-- period            trailing_year, or the quarter's label; see dataset_usage
-- start_date        first day of the period, UTC
-- end_date          last day of the period that is in the data, UTC
-- live_records      records of it that were in the catalogue in the period
-- is_measured       a record of it was measured on a day of the period: no use is then a fact
-- client_days       client-days with a request on any day
-- page_client_days  client-days that looked at information about it

select
    dim_dataset.group_id,
    dataset_usage.period,
    min(dataset_usage.start_date) as start_date,
    max(dataset_usage.end_date) as end_date,
    count(*) filter (where dataset_usage.live_days > 0) as live_records,
    bool_or(dataset_usage.measured_days > 0) as is_measured,
    max(dataset_usage.all_uses) as client_days,
    max(dataset_usage.page_client_days) as page_client_days
from dataset_usage
inner join dim_dataset on dim_dataset.dataset_id = dataset_usage.dataset_id
group by dim_dataset.group_id, dataset_usage.period
