-- The promises that the numbers of this build were checked for, broken ones first.
--
-- failing_rows is 0 where a promise holds.
select
    check_name as "check",
    severity,
    failing_rows,
    summary as promise
from check_result
order by failing_rows = 0, severity, check_name;
