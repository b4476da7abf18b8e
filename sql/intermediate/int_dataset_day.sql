-- The spine: every dataset and day it was in the catalogue, whether or not anybody came. It is
-- what makes unused datasets visible, and what tells no use from no measurement. Its millions of
-- rows follow from a few thousand spans, so it is a view.
--
-- grain: dataset_id, day
-- stored: no
--
-- dataset_id        the dataset
-- day               UTC day
-- has_data_link     it had a data resource with a link
-- is_measured       the hosts of all its data resources were measured
-- is_seen           one of them was measured, or may have proven use
-- is_redirect_only  none of them has a log: only the portal's redirects could prove use
-- has_cached_host   one of them is only seen behind a cache
-- has_unseen_host   one of them has no log
-- is_page_measured  the host of its page was measured

select
    int_dataset_span.dataset_id,
    dim_date.day,
    int_dataset_span.host_set is not null as has_data_link,
    coalesce(int_host_set_day.is_measured, false) as is_measured,
    coalesce(int_host_set_day.is_seen, false) as is_seen,
    coalesce(int_host_set_day.is_redirect_only, false) as is_redirect_only,
    coalesce(int_host_set_day.has_cached_host, false) as has_cached_host,
    coalesce(int_host_set_day.has_unseen_host, false) as has_unseen_host,
    coalesce(int_host_day.is_measured, false) as is_page_measured
from int_dataset_span
inner join dim_date
    on dim_date.day >= int_dataset_span.from_date
    and dim_date.day < int_dataset_span.to_date
left join int_host_set_day
    on int_host_set_day.host_set = int_dataset_span.host_set
    and int_host_set_day.day = dim_date.day
left join int_host_day
    on int_host_day.host = int_dataset_span.portal_host
    and int_host_day.day = dim_date.day
