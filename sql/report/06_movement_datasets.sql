-- Datasets that changed since the quarter before
--
-- One row for each dataset that changed, by kind of change.
--
-- key: 2
--
-- movement      Change (word): What became of it, the first that fits.
-- dataset       Dataset: The dataset, with its page.
-- publisher     Publisher: The publisher.
-- from_status   Before (word): Status at the end of the quarter before.
-- to_status     Now (word): Status at the quarter's end.
-- cause         Why (word): Whether use made the change, or only what was measured.
-- uses          Uses (count, client-days): Client-days with a request on the days seen in full of
--     the 365 to the quarter's end.
-- uses_before   Uses before (count, client-days): The same to the end of the quarter before.
-- former_name   Former name: Name that it gave up in the quarter.

select
    quarter_movement.movement,
    dim_dataset.title as dataset,
    dim_dataset.page_url as dataset_link,
    dim_dataset.name as _name,
    dim_dataset.publisher,
    quarter_movement.from_status,
    '[z]' as from_status_mark,
    quarter_movement.to_status,
    '[z]' as to_status_mark,
    quarter_movement.change_source as cause,
    '[z]' as cause_mark,
    quarter_movement.uses,
    quarter_movement.previous_uses as uses_before,
    quarter_movement.former_name,
    '[z]' as former_name_mark
from quarter_movement
inner join dim_dataset on dim_dataset.dataset_id = quarter_movement.dataset_id
where
    quarter_movement.quarter_label = $quarter
    and quarter_movement.movement <> 'unchanged'
    and ($publisher = '' or dim_dataset.publisher_id = $publisher)
order by
    case quarter_movement.movement
        when 'newly_used' then 1
        when 'lapsed' then 2
        when 'new' then 3
        when 'removed' then 4
        when 'status_changed' then 5
        else 6
    end,
    dim_dataset.publisher,
    dim_dataset.title,
    dim_dataset.name,
    quarter_movement.dataset_id
