-- Use of a dataset in a month by access method, in the metrics of COUNTER: only months with
-- something in them. Sessions end within their day, so the months' unique figures are the sums of
-- the days'. Own staff and robots are in no figure.
--
-- grain: dataset_id, month_start_date, access_method
--
-- dataset_id             see dim_dataset
-- month_start_date       first day of the calendar month, UTC
-- access_method          Regular (browsers and the like) or Machine (scripts, desktop GIS)
-- total_investigations   COUNTER Total_Dataset_Investigations: all clicks, requests included
-- unique_investigations  COUNTER Unique_Dataset_Investigations: sessions with any click
-- total_requests         COUNTER Total_Dataset_Requests: retrievals of data
-- unique_requests        COUNTER Unique_Dataset_Requests: sessions with a request
-- client_days            client-days with a request
-- response_bytes         bytes sent for requests

select
    fct_dataset_day.dataset_id,
    dim_date.month_start_date,
    fct_dataset_day.access_method,
    cast(sum(fct_dataset_day.total_investigations) as bigint) as total_investigations,
    cast(sum(fct_dataset_day.unique_investigations) as bigint) as unique_investigations,
    cast(sum(fct_dataset_day.total_requests) as bigint) as total_requests,
    cast(sum(fct_dataset_day.unique_requests) as bigint) as unique_requests,
    cast(sum(fct_dataset_day.client_days) as bigint) as client_days,
    cast(sum(fct_dataset_day.response_bytes) as bigint) as response_bytes
from fct_dataset_day
inner join dim_date on dim_date.day = fct_dataset_day.day
group by
    fct_dataset_day.dataset_id,
    dim_date.month_start_date,
    fct_dataset_day.access_method
having sum(fct_dataset_day.total_investigations) > 0
