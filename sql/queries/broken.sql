-- Files and services that people asked for and did not get: links to mend, those broken now first.
--
-- errors counts client-days with an error in the quarter; small_answers are those of them that were
-- sent as if all was well, told by their size.
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
-- param: quarter (text, optional) a quarter such as 2026Q2; without it, each resource's last one
select
    dim_dataset.publisher,
    dim_dataset.name,
    dim_resource.name as resource,
    broken_resource.host,
    broken_resource.quarter_label as quarter,
    broken_resource.error_client_days as errors,
    broken_resource.small_answer_client_days as small_answers,
    broken_resource.last_good_date as last_good,
    broken_resource.last_error_date as last_error,
    broken_resource.is_broken_now as broken_now,
    dim_resource.url
from broken_resource
join dim_dataset using (dataset_id)
join dim_resource using (resource_id)
where ($publisher is null or dim_dataset.publisher_id = $publisher)
    and ($quarter is null or broken_resource.quarter_label = $quarter)
qualify $quarter is not null
    or row_number() over (
        partition by broken_resource.dataset_id, resource_id
        order by broken_resource.quarter_start_date desc
    ) = 1
order by broken_now desc, errors desc, dim_dataset.name, resource_id, quarter;
