-- From status to status
--
-- One row for each pair of statuses between which a dataset moved since the quarter before.
--
-- key: 2
--
-- from_status     Before (word): Status at the end of the quarter before.
-- to_status       Now (word): Status at the quarter's end.
-- datasets        Datasets (count): Datasets that moved so.
-- by_use          Because of use (count): Those that moved because use rose or fell.
-- by_measurement  Because of what was measured (count): Those that moved only because more or less
--     could be seen.

select
    quarter_movement.from_status,
    quarter_movement.to_status,
    count(*) as datasets,
    count(*) filter (where quarter_movement.change_source = 'use') as by_use,
    count(*) filter (where quarter_movement.change_source = 'measurement') as by_measurement
from quarter_movement
inner join dim_dataset on dim_dataset.dataset_id = quarter_movement.dataset_id
where
    quarter_movement.quarter_label = $quarter
    and quarter_movement.from_status <> quarter_movement.to_status
    and ($publisher = '' or dim_dataset.publisher_id = $publisher)
group by quarter_movement.from_status, quarter_movement.to_status
order by datasets desc, quarter_movement.from_status, quarter_movement.to_status
