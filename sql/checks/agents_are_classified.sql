-- Every user agent has a class. One without is counted as a regular client, which a robot must
-- not be. Returns the hosts with hits of such agents.
--
-- severity: warning
--
-- host       a host
-- hit_count  hits of agents without a class

select host, cast(sum(hit_count) as bigint) as hit_count
from attribution_quality
where visitor_kind = 'unclassified'
group by host
