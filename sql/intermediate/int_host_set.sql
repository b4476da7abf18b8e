-- The hosts in each set of hosts: the sets that data is on, and each portal that pages are on.
--
-- grain: host_set, host, channel
--
-- host_set  see int_dataset_span; a portal is a set of one, by its own name
-- host      a host of the set
-- channel   see int_data_link

select distinct
    int_dataset_span.host_set,
    int_data_link.host,
    int_data_link.channel
from int_dataset_span
inner join int_data_link
    on int_data_link.dataset_id = int_dataset_span.dataset_id
    and int_data_link.from_date <= int_dataset_span.from_date
    and (
        int_data_link.to_date > int_dataset_span.from_date
        or int_data_link.to_date is null
    )
where int_dataset_span.host_set is not null

union

select portal_host as host_set, portal_host as host, 'web' as channel
from int_dataset_span
where portal_host is not null
