-- How much of all use each source of counts sees
--
-- One row for each source of counts on which a status of the quarter rests, or could.
--
-- key: 1
-- for: portal
--
-- source           Source: The source of counts.
-- datasets         Datasets (count): Datasets of which it tells most of all such sources.
-- rests_on         Judged by it (count): Those of them whose status rests on it, since no log can
--     tell.
-- share_low        Share seen, at least (share): Least part of all use that it sees, of any of
--     these datasets.
-- share_unknown    Share not known (count): Datasets for which that part is not known: nothing
--     there is called unused by its counts.

select
    count_source as source,
    count(*) as datasets,
    count(*) filter (where evidence_source = count_source) as rests_on,
    min(count_share_low) as share_low,
    count(*) filter (where count_share_low is null) as share_unknown
from dataset_status_quarter
where quarter_label = $quarter and count_source is not null
group by count_source
order by count_source
