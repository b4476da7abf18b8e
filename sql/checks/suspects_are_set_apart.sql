-- No click of a client that behaved like a robot counts as use: it is marked as a suspected robot
-- in the clicks, and the daily facts count regular clients and machines only. Returns the clients
-- whose clicks would count, and kinds of visitor that nobody knows.
--
-- severity: error
--
-- day           UTC day
-- visitor_kind  as what they would count
-- click_count   how many clicks

select int_click.day, int_click.visitor_kind, count(*) as click_count
from int_click
left join int_suspect
    on int_suspect.day = int_click.day
    and int_suspect.client_key = int_click.client_key
where
    int_click.visitor_kind not in ('regular', 'machine', 'robot', 'suspected_robot', 'own')
    or (int_click.visitor_kind in ('regular', 'machine') and int_suspect.client_key is not null)
    or (int_click.visitor_kind = 'suspected_robot' and int_suspect.client_key is null)
group by int_click.day, int_click.visitor_kind
