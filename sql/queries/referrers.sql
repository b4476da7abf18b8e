-- The sites that sent people to the data, by how many came.
--
-- uses and page_visits are clients of a day; a client that used two datasets counts for both.
-- param: dataset (dataset, optional) its name, an old name, id, page address, or a part of it
-- param: period (text, default trailing_year) trailing_year, or a quarter such as 2026Q1
-- param: limit (integer, default 30) sites at most
with

sites as (
    select medium, referrer_name, dataset_count, client_days, page_client_days, last_date
    from referrer_total
    where $dataset is null and period = $period

    union all

    select medium, referrer_name, 1, client_days, page_client_days, last_date
    from referrer_usage
    where dataset_id = $dataset and period = $period
)

select
    medium,
    referrer_name as site,
    client_days as uses,
    page_client_days as page_visits,
    dataset_count as datasets,
    last_date as last_seen
from sites
order by page_visits + uses desc, medium, site
limit $limit;
