-- What turned people away
--
-- One row for what still fails, and one for what was mended or taken away.
--
-- key: 1
-- latest: all
--
-- state        State (word): Whether it still fails.
-- files        Files (count): Files and services that gave an error to somebody in the quarter.
-- datasets     Datasets (count): Datasets that they belong to.
-- client_days  Uses turned away (count, client-days): Client-days of the quarter that asked for
--     them and got an error.

with

failing as (
    select
        broken_resource.dataset_id,
        broken_resource.error_client_days,
        case when broken_resource.is_broken_now then 'still_fails' else 'mended' end as state
    from broken_resource
    inner join dim_dataset on dim_dataset.dataset_id = broken_resource.dataset_id
    where
        broken_resource.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

states as (
    select state_number, state
    from (values (1, 'still_fails'), (2, 'mended')) as names (state_number, state)
)

select
    states.state,
    count(failing.dataset_id) as files,
    count(distinct failing.dataset_id) as datasets,
    cast(coalesce(sum(failing.error_client_days), 0) as bigint) as client_days
from states
left join failing on failing.state = states.state
group by states.state_number, states.state
order by states.state_number
