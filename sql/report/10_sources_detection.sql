-- How much of all use each source of counts sees
--
-- One row for each source of counts, by what it counts.
--
-- key: 2
-- for: portal
-- latest: share_low, share_mean, share_high, basis, common, counted, not_found
--
-- source       Source: The source of counts.
-- source_kind  Kind (word): What it counts.
-- rests_on     Judged by it (count): Datasets whose status of the quarter rests on it, since no log
--     can tell.
-- share_low    Share seen, at least (share): Part of all use of a dataset that it sees, at least.
-- share_mean   Share seen, on average (share): The same, on average.
-- share_high   Share seen, at most (share): The same, at most.
-- basis        Known from (word): How that share is known.
-- common       Datasets compared (count): Datasets that a log sees too, from which it was measured.
-- counted      Counted (count): What it counted in the 365 days to the day on which the figures
--     end.
-- not_found    Not found (count): Part of that which belongs to no dataset that is known, or to
--     several equally.

with

resting as (
    select evidence_source as source, count(*) as datasets
    from dataset_status_quarter
    where quarter_label = $quarter and evidence_source <> 'log'
    group by evidence_source
)

select
    count_source.source,
    count_source.metric_kind as source_kind,
    case when count_source.metric_kind = 'files' then coalesce(resting.datasets, 0) end as rests_on,
    '[z]' as rests_on_mark,
    count_source.share_low,
    count_source.share_mean,
    count_source.share_high,
    'share_' || count_source.share_basis as basis,
    count_source.common_datasets as common,
    count_source.counted,
    count_source.counted_no_dataset as not_found
from count_source
left join resting on resting.source = count_source.source
order by count_source.source, count_source.metric_kind
