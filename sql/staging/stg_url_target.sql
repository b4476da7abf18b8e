-- What dataset a URL serves; one row for each dataset of a URL that serves several.
--
-- grain: url_id, dataset_id
--
-- url_id       see stg_url
-- dataset_id   the dataset it serves; empty: known, but of no dataset
-- resource_id  the resource it serves; empty: the dataset as a whole
-- usage_kind   request, investigation, none, or ambiguous: it may be use of any of several
--     datasets, and is credited to none
-- rule         the rule that found it

with

ranked as (
    select
        url_id,
        coalesce(dataset_id, '') as dataset_id,
        coalesce(resource_id, '') as resource_id,
        usage_kind,
        rule,
        row_number() over (
            partition by url_id, coalesce(dataset_id, '')
            order by
                case usage_kind
                    when 'request' then 1
                    when 'investigation' then 2
                    when 'none' then 3
                    else 4
                end,
                coalesce(resource_id, ''),
                rule
        ) as preference
    from traffic.url_target
)

select
    url_id,
    dataset_id,
    resource_id,
    usage_kind,
    rule
from ranked
where preference = 1
