-- The rate lies between its limits where both come from the same days; no limit is negative, and
-- a limit or a count is given exactly where there are days it can come from. Returns the datasets
-- that break it.
--
-- severity: error
--
-- dataset_id        the dataset
-- lower_limit       lower limit of the rate
-- rate_per_quarter  the rate
-- upper_limit       upper limit of the rate

select dataset_id, lower_limit, rate_per_quarter, upper_limit
from dataset_status
where
    lower_limit < 0e0
    or (uses = seen_uses and measured_days = seen_days and lower_limit > rate_per_quarter)
    or upper_limit < rate_per_quarter
    or (measured_days > 0) <> (upper_limit is not null)
    or (measured_days > 0) <> (uses is not null)
    or (seen_days > 0) <> (lower_limit is not null)
