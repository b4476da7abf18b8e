-- What the operator said of the days of a log or a host, one row for each time it was said.
--
-- grain: override_id
--
-- override_id   number, from 1; of several for a day the largest holds
-- subject_kind  log or host
-- subject       its name
-- from_date     first day, UTC
-- to_date       last day, UTC
-- verdict       accept (the day was seen), void (it was not) or withdraw (judge it by its lines)
-- note          why
-- made_by       who said so

select
    override_id,
    subject_kind,
    subject,
    from_date,
    to_date,
    verdict,
    note,
    made_by
from ledger.day_override
