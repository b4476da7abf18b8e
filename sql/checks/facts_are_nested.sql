-- In the daily facts a request is also an investigation, a session is at least one click, and a
-- client at least one session. Returns the facts that break it.
--
-- severity: error
--
-- dataset_id     the dataset
-- day            UTC day
-- access_method  Regular or Machine

select dataset_id, day, access_method
from fct_dataset_day
where
    total_requests > total_investigations
    or unique_requests > unique_investigations
    or unique_requests > total_requests
    or unique_investigations > total_investigations
    or client_days > unique_requests
    or page_client_days > unique_investigations
    or search_client_days > page_client_days
    or late_error_client_days > error_client_days
    or (total_requests > 0 and client_days = 0)
