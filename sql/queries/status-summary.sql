-- How many datasets have which status, how many of those verdicts are provisional, and how many are
-- of records that the catalogue calls something else: a series, a service or a document.
select
    status,
    count(*) as datasets,
    round(100 * count(*) / sum(count(*)) over (), 1) as percent,
    count(*) filter (where is_provisional) as provisional,
    count(*) filter (where record_kind <> 'dataset') as other_records
from dataset_status
group by status
order by datasets desc, status;
