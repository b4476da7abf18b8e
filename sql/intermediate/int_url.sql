-- Each URL with what it is used for, once for all models that need it.
--
-- grain: url_id
--
-- url_id             see stg_url
-- host               its host
-- usage_kind         the most it is to any dataset: request, investigation, none (known to be no
--     use), or unattributed (also what fits several datasets equally)
-- is_datastore_call  a call of the DataStore, which names its resource in the body when posted
-- is_posted_service  a service that is told in the body what to give when posted to: a query of
--     features (WFS) then, since what it has is asked by GET
-- is_datastore_read  its answer comes out of the DataStore: such a call, or a dump of it

with

kinds as (
    select
        url_id,
        max(
            case usage_kind
                when 'request' then 3
                when 'investigation' then 2
                when 'ambiguous' then 0
                else 1
            end
        ) as kind_number
    from stg_url_target
    group by url_id
)

select
    stg_url.url_id,
    stg_url.host,
    case kinds.kind_number
        when 3 then 'request'
        when 2 then 'investigation'
        when 1 then 'none'
        else 'unattributed'
    end as usage_kind,
    stg_url.path like '%/action/datastore\_search%' escape '\' as is_datastore_call,
    substr(lower(stg_url.path), length(stg_url.path) - 3) in ('/wfs', '/ows')
        and strpos(lower(coalesce(stg_url.query, '')), 'request=') = 0 as is_posted_service,
    stg_url.path like '%/action/datastore\_search%' escape '\'
        or stg_url.path like '%/datastore/dump/%' as is_datastore_read
from stg_url
left join kinds on kinds.url_id = stg_url.url_id
