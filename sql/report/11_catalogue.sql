-- The catalogue in the quarter
--
-- One row for each line of the sum: what it had, what came, what went, what it has.
--
-- key: 1
--
-- line      Line (word): What is counted.
-- datasets  Datasets (count): Datasets.

with

moves as (
    select quarter_movement.movement
    from quarter_movement
    inner join dim_dataset on dim_dataset.dataset_id = quarter_movement.dataset_id
    where
        quarter_movement.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

counts as (
    select
        count(*) filter (where movement <> 'new') as opening,
        count(*) filter (where movement = 'new') as added,
        count(*) filter (where movement = 'removed') as removed
    from moves
),

closing as (
    select count(*) as datasets
    from dataset_status_quarter
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
    where
        dataset_status_quarter.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

lines as (
    select line_number, line
    from (values (1, 'opening'), (2, 'added'), (3, 'removed'), (4, 'closing'))
        as names (line_number, line)
)

select
    lines.line,
    case
        when lines.line = 'closing' then closing.datasets
        when $previous = '' then cast(null as bigint)
        when lines.line = 'opening' then counts.opening
        when lines.line = 'added' then counts.added
        else counts.removed
    end as datasets
from lines
cross join counts
cross join closing
order by lines.line_number
