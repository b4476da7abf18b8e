-- What changed since the quarter before
--
-- One row for each kind of change, each dataset in the first that fits; then all datasets whose
-- status changed, whatever the kind.
--
-- key: 1
--
-- movement        Change (word): What became of the datasets.
-- datasets        Datasets (count): Datasets of which that is so.
-- by_use          Because of use (count): Those whose status changed because use rose or fell.
-- by_measurement  Because of what was measured (count): Those whose status changed only because
--     more or less could be seen.

with

kinds as (
    select movement_number, movement
    from (
        values
            (1, 'newly_used'),
            (2, 'lapsed'),
            (3, 'new'),
            (4, 'removed'),
            (5, 'status_changed'),
            (6, 'renamed'),
            (7, 'unchanged'),
            (8, 'any_status_change')
    ) as names (movement_number, movement)
),

moves as (
    select quarter_movement.movement, quarter_movement.change_source
    from quarter_movement
    inner join dim_dataset on dim_dataset.dataset_id = quarter_movement.dataset_id
    where
        quarter_movement.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
)

select
    kinds.movement,
    case when known.is_known then count(moves.movement) end as datasets,
    case
        when known.is_known then count(moves.movement) filter (where moves.change_source = 'use')
    end as by_use,
    case
        when known.is_known
            then count(moves.movement) filter (where moves.change_source = 'measurement')
    end as by_measurement
from kinds
-- Newly used and lapsed take a second year of figures.
inner join (
    select
        movement,
        $previous <> '' and ($year_ago <> '' or movement not in ('newly_used', 'lapsed'))
            as is_known
    from kinds
) as known on known.movement = kinds.movement
left join moves
    on moves.movement = kinds.movement
    or (kinds.movement = 'any_status_change' and moves.change_source is not null)
group by kinds.movement_number, kinds.movement, known.is_known
order by kinds.movement_number
