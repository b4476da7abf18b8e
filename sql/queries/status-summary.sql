-- How many datasets have which status, and how many of those verdicts are provisional.
select
    status,
    count(*) as datasets,
    round(100 * count(*) / sum(count(*)) over (), 1) as percent,
    count(*) filter (where is_provisional) as provisional
from dataset_status
group by status
order by datasets desc, status;
