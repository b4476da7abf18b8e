-- The host of each URL, once for all models that need it.
--
-- grain: url_id
--
-- url_id             see stg_url
-- host               its host
-- is_datastore_call  a call of the DataStore, which names its resource in the body when posted

select
    url_id,
    host,
    path like '%/action/datastore\_search%' escape '\' as is_datastore_call
from stg_url
