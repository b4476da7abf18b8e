-- From the datasets with a status at a quarter's end, plus the new ones, less the removed ones,
-- come those at the next one's end; and a change of uses is the sum of its two parts. Returns the
-- quarters that do not add up.
--
-- severity: error
--
-- quarter_label   the quarter
-- before_count    datasets at the end of the quarter before
-- new_count       new ones
-- removed_count   removed ones
-- after_count     datasets at the quarter's end
-- unsplit_count   datasets whose change of uses is not the sum of its parts

with

counts as (
    select quarter_label, count(*) as dataset_count
    from dataset_status_quarter
    group by quarter_label
),

moved as (
    select
        quarter_label,
        previous_quarter_label,
        count(*) filter (where movement = 'new') as new_count,
        count(*) filter (where movement = 'removed') as removed_count,
        count(*) filter (
            where from_status is not null
                and to_status is not null
                and uses_by_measurement + uses_by_use
                    <> coalesce(uses, 0) - coalesce(previous_uses, 0)
        ) as unsplit_count
    from quarter_movement
    group by quarter_label, previous_quarter_label
)

select
    moved.quarter_label,
    coalesce(counts_before.dataset_count, 0) as before_count,
    moved.new_count,
    moved.removed_count,
    coalesce(counts.dataset_count, 0) as after_count,
    moved.unsplit_count
from moved
left join counts on counts.quarter_label = moved.quarter_label
left join counts as counts_before on counts_before.quarter_label = moved.previous_quarter_label
where
    coalesce(counts_before.dataset_count, 0) + moved.new_count - moved.removed_count
        <> coalesce(counts.dataset_count, 0)
    or moved.unsplit_count > 0
