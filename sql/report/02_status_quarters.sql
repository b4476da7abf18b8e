-- Datasets by status over the quarters
--
-- One row for each of up to eight quarters, to the reported one.
--
-- key: 1
--
-- quarter                Quarter: The quarter.
-- used                   Used (count): Datasets with this status at the quarter's end.
-- borderline             Borderline (count): Datasets with this status at the quarter's end.
-- barely_used            Barely used (count): Datasets with this status at the quarter's end.
-- unused                 Unused (count): Datasets with this status at the quarter's end.
-- unreachable            Unreachable (count): Datasets with this status at the quarter's end.
-- not_visible            Not visible (count): Datasets of which too little or nothing was seen.
-- insufficient_evidence  Too little seen (count): Those of them of which too little was seen.
-- not_measurable         Not measurable (count): Those of them of which nothing could be seen.
-- datasets               All datasets (count): Datasets in the catalogue at the quarter's end.

with

reported as (
    select max(quarter_end_date) as quarter_end_date
    from dataset_status_quarter
    where quarter_label = $quarter
)

select
    dataset_status_quarter.quarter_label as quarter,
    count(*) filter (where dataset_status_quarter.status = 'used') as used,
    count(*) filter (where dataset_status_quarter.status = 'borderline') as borderline,
    count(*) filter (where dataset_status_quarter.status = 'barely_used') as barely_used,
    count(*) filter (where dataset_status_quarter.status = 'unused') as unused,
    count(*) filter (where dataset_status_quarter.status = 'unreachable') as unreachable,
    count(*) filter (
        where dataset_status_quarter.status in ('insufficient_evidence', 'not_measurable')
    ) as not_visible,
    count(*) filter (where dataset_status_quarter.status = 'insufficient_evidence')
        as insufficient_evidence,
    count(*) filter (where dataset_status_quarter.status = 'not_measurable') as not_measurable,
    count(*) as datasets
from dataset_status_quarter
inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
cross join reported
where
    dataset_status_quarter.quarter_end_date <= reported.quarter_end_date
    and ($publisher = '' or dim_dataset.publisher_id = $publisher)
group by dataset_status_quarter.quarter_label, dataset_status_quarter.quarter_end_date
order by dataset_status_quarter.quarter_end_date
