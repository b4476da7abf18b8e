-- Datasets of which too little can be seen to judge their use, and why.
--
-- Nothing says that their use is low. not_measurable: nothing is seen; insufficient_evidence: some.
-- hosts are those of its data.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
with

hosts as (
    select dataset_id, string_agg(distinct host, ', ' order by host) as hosts
    from dim_resource
    where resource_role in ('data', 'service') and is_live
    group by dataset_id
)

select
    publisher,
    name,
    status,
    reason,
    hosts,
    evidence
from dataset_status
left join hosts using (dataset_id)
where status in ('not_measurable', 'insufficient_evidence')
    and ($publisher is null or publisher_id = $publisher)
order by status desc, reason, publisher, name, dataset_id;
