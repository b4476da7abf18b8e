-- The sites that sent people to the data, by how many came, as the logs and each tool have it.
--
-- uses and page_visits are clients of a day in the logs; one that used two datasets counts for
-- both. tool_visits are what an analytics tool counted, of the dataset's pages or, where it tells
-- no more, of the whole site. The same people may be in all of them: never add two sources.
-- param: dataset (dataset, optional) its name, an old name, id, page address, or a part of it
-- param: period (text, default trailing_year) trailing_year, or a quarter such as 2026Q1
-- param: limit (integer, default 30) sites of each source at most
with

sites as (
    select
        source, medium, referrer_name, dataset_count, client_days, page_client_days, visits,
        last_date
    from referrer_total
    where $dataset is null and period = $period

    union all

    select source, medium, referrer_name, 1, client_days, page_client_days, visits, last_date
    from referrer_usage
    where dataset_id = $dataset and period = $period
)

select
    source,
    medium,
    referrer_name as site,
    client_days as uses,
    page_client_days as page_visits,
    visits as tool_visits,
    dataset_count as datasets,
    last_date as last_seen
from sites
qualify row_number() over (
    partition by source
    order by coalesce(page_visits + uses, tool_visits) desc, medium, site
) <= $limit
order by source <> 'log', source, coalesce(page_visits + uses, tool_visits) desc, medium, site;
