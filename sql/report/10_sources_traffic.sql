-- Traffic that found no dataset
--
-- One row for each host and kind of visitor, over the 365 days to the day on which the figures end.
--
-- key: 2
-- for: portal
-- latest: all
-- confidential: hits, not_found_share
-- confidential: found: part of hits
-- confidential: no_use: part of hits
-- confidential: not_found, not_found_share: part of hits
--
-- host           Host: The host that a log speaks for.
-- visitor        Visitor (word): What kind of visitor it was.
-- hits           Answers (count): Requests that were answered well.
-- found          To a dataset (count): Those that belong to a dataset.
-- no_use         No use (count): Those that are known to be no use of a dataset, such as the start
--     page.
-- not_found      Not found (count): Those that belong to no dataset that is known, or to several
--     equally.
-- not_found_share  Share not found (share): Their share of all.

select
    host,
    visitor_kind as visitor,
    cast(sum(hit_count) as bigint) as hits,
    cast(
        sum(case when usage_kind in ('request', 'investigation') then hit_count else 0 end)
        as bigint
    ) as found,
    cast(sum(case when usage_kind = 'none' then hit_count else 0 end) as bigint) as no_use,
    cast(sum(case when usage_kind = 'unattributed' then hit_count else 0 end) as bigint)
        as not_found,
    round(
        cast(sum(case when usage_kind = 'unattributed' then hit_count else 0 end) as double)
            / nullif(cast(sum(hit_count) as double), 0e0),
        4
    ) as not_found_share
from attribution_quality
group by host, visitor_kind
order by host, visitor_kind
