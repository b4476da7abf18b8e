-- The datasets that moved in a quarter: new, removed, lapsed, newly used, changed, renamed.
--
-- because says whether use made the change or only what was measured. Without a quarter, the last
-- one that is over.
-- param: quarter (text, optional) a quarter such as 2026Q1
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
-- param: movement (text, optional) only these: new, removed, lapsed, newly_used and so on
select
    quarter_label as quarter,
    movement,
    publisher,
    name,
    from_status as was,
    to_status as is_now,
    change_source as because,
    former_name,
    previous_uses as uses_before,
    uses,
    previous_measured_days as days_before,
    measured_days as days
from quarter_movement
inner join dim_dataset using (dataset_id)
where movement <> 'unchanged'
    and quarter_end_date = (
        select max(quarter_end_date)
        from quarter_movement
        where $quarter is null or quarter_label = $quarter
    )
    and ($publisher is null or publisher_id = $publisher)
    and ($movement is null or movement = $movement)
order by movement, publisher, name, dataset_id;
