-- What the verdict on one dataset was at the end of each quarter, the last quarter first.
--
-- Each is by the 365 days to the quarter's end. Look at measured_days before you call a change of
-- status a change of use; at_least and at_most are the 95 % limits of its uses a quarter.
-- param: dataset (dataset) its name, an old name, id, page address, or a part that only it has
select
    quarter_label as quarter,
    status,
    reason,
    is_provisional as provisional,
    uses,
    measured_days,
    lower_limit as at_least,
    upper_limit as at_most,
    last_request_date as last_request
from dataset_status_quarter
where dataset_id = $dataset
order by quarter_end_date desc;
