-- The review list holds exactly the unused and barely used datasets, provisional ones are only to
-- be looked at again, and nobody is told to delete. Returns the datasets that break it.
--
-- severity: error
--
-- dataset_id        the dataset
-- status            its status
-- suggested_action  what the list says

select
    coalesce(dataset_status.dataset_id, review_list.dataset_id) as dataset_id,
    dataset_status.status,
    review_list.suggested_action
from dataset_status
full outer join review_list on review_list.dataset_id = dataset_status.dataset_id
where
    (
        dataset_status.status in ('unused', 'barely_used')
        and (
            review_list.dataset_id is null
            or review_list.is_provisional <> dataset_status.is_provisional
            or strpos(lower(review_list.suggested_action), 'delete') > 0
            or (
                review_list.is_provisional
                and not starts_with(review_list.suggested_action, 'look again after ')
                and not starts_with(review_list.suggested_action, 'mend its log first')
                and not starts_with(review_list.suggested_action, 'no action')
            )
        )
    )
    or (
        review_list.dataset_id is not null
        and coalesce(dataset_status.status, '') not in ('unused', 'barely_used')
    )
