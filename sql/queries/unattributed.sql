-- How much traffic found no dataset, by host: a large share means use that we may be missing.
--
-- Robots are left out. unattributed_percent is the share of hits that got an answer.
select
    host,
    sum(hit_count)::bigint as hits,
    sum(case usage_kind when 'request' then hit_count else 0 end)::bigint as requests,
    sum(case usage_kind when 'investigation' then hit_count else 0 end)::bigint as investigations,
    sum(case usage_kind when 'none' then hit_count else 0 end)::bigint as no_use,
    sum(case usage_kind when 'unattributed' then hit_count else 0 end)::bigint as unattributed,
    round(100 * unattributed / nullif(hits, 0), 1) as unattributed_percent
from attribution_quality
where visitor_kind <> 'robot'
group by host
order by unattributed desc, host;
