-- Files and services that turned people away
--
-- One row for each file or service that gave an error to somebody in the quarter, those that turned
-- most people away first.
--
-- key: 2
-- latest: still_fails
--
-- dataset      Dataset: The dataset, with its page.
-- file         File: The file or service, with its address.
-- publisher    Publisher: Who can mend it.
-- host         Host: Where it is.
-- client_days  Uses turned away (count, client-days): Client-days of the quarter that asked for it
--     and got an error.
-- last_good    Last time it worked (date): Last day to the quarter's end on which it gave data.
-- last_error   Last error (date): Last day of the quarter with an error.
-- still_fails  Still fails (yesno): In the catalogue, and its last answer of all was an error.
-- status       Status (word): What could be said of the dataset at the quarter's end.

select
    dim_dataset.title as dataset,
    dim_dataset.page_url as dataset_link,
    case
        when dim_resource.name <> '' then dim_resource.name
        when dim_resource.format <> '' then dim_resource.format
        else 'without a name'
    end as file,
    dim_resource.url as file_link,
    dim_dataset.name as _name,
    dim_dataset.publisher,
    broken_resource.host,
    broken_resource.error_client_days as client_days,
    broken_resource.last_good_date as last_good,
    broken_resource.last_error_date as last_error,
    broken_resource.is_broken_now as still_fails,
    dataset_status_quarter.status,
    '[z]' as status_mark
from broken_resource
inner join dim_dataset on dim_dataset.dataset_id = broken_resource.dataset_id
inner join dim_resource on dim_resource.resource_id = broken_resource.resource_id
left join dataset_status_quarter
    on dataset_status_quarter.dataset_id = broken_resource.dataset_id
    and dataset_status_quarter.quarter_label = broken_resource.quarter_label
where
    broken_resource.quarter_label = $quarter
    and ($publisher = '' or dim_dataset.publisher_id = $publisher)
order by
    broken_resource.error_client_days desc,
    dim_dataset.title,
    dim_dataset.name,
    broken_resource.dataset_id,
    broken_resource.resource_id
