-- Why datasets could not be judged
--
-- One row for each reason, by the 365 days to the quarter's end.
--
-- key: 2
--
-- status      Status (word): What can be said of the datasets.
-- reason      Reason (word): Why no more can be said.
-- datasets    Datasets (count): Datasets at the quarter's end that this is the first reason for.
-- live_share  Share of all (share): Share of all datasets in the catalogue.

with

verdicts as (
    select
        dataset_status_quarter.status,
        coalesce(dataset_status_quarter.reason, 'none') as reason,
        count(*) over () as in_catalogue
    from dataset_status_quarter
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
    where
        dataset_status_quarter.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
)

select
    status,
    reason,
    count(*) as datasets,
    round(cast(count(*) as double) / nullif(cast(in_catalogue as double), 0e0), 4) as live_share
from verdicts
where status in ('insufficient_evidence', 'not_measurable')
group by status, reason, in_catalogue
order by datasets desc, status, reason
