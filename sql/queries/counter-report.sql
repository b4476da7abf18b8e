-- The COUNTER Dataset Report: investigations and requests of each dataset by month.
--
-- Written as COUNTER's tab-separated report (Code of Practice for Research Data, release RD1), or
-- with --format json as the report that Make Data Count takes. Any other --format gives plain rows,
-- one for each dataset, access method, metric and month. Own staff and robots are not counted; what
-- was not used is left out, as COUNTER has it.
-- form: counter
-- param: month (month) the month, or the first of several
-- param: months (integer, default 1) how many months
with

counted as (
    from (
        unpivot dataset_month
        on total_investigations, unique_investigations, total_requests, unique_requests
        into name metric value count
    )
    where count > 0
        and month_start_date >= $month
        and month_start_date < $month + to_months($months::integer)
)

select
    title as "Dataset_Title",
    case when publisher_id is null then '' else publisher end as "Publisher",
    dataset_id as "Other_ID",
    page_url as "URI",
    regexp_extract(page_url, '^[a-z]+://([^/]+)', 1) as "Platform",
    access_method as "Access_Method",
    case metric
        when 'total_investigations' then 'Total_Dataset_Investigations'
        when 'unique_investigations' then 'Unique_Dataset_Investigations'
        when 'total_requests' then 'Total_Dataset_Requests'
        else 'Unique_Dataset_Requests'
    end as "Metric_Type",
    month_start_date as "Month",
    count as "Count"
from counted
inner join dim_dataset using (dataset_id)
order by title, dataset_id, access_method desc, "Metric_Type", month_start_date;
