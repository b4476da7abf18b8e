-- Days whose hits are gone: their facts stay, and can be credited to nothing new.
--
-- grain: day
--
-- day        UTC day
-- pruned_at  when its hits went, UTC

select day, min(pruned_at) as pruned_at
from ledger.pruned_day
group by day
