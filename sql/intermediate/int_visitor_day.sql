-- Visitors that are no use, by kind: robots, suspected robots and own staff are counted apart, to
-- show that a dataset can be found, and to tell what the verdict would be with them. Regular
-- clients and machines are in fct_dataset_day.
--
-- grain: dataset_id, day, visitor_kind
-- incremental: day
--
-- dataset_id        the dataset
-- day               UTC day
-- visitor_kind      robot, suspected_robot, or own (staff, contractors, monitors)
-- client_days       distinct clients with a request
-- page_client_days  distinct clients that looked at information about the dataset

with

clients as (
    select
        int_session.dataset_id,
        int_session.day,
        int_session.client_key,
        int_session.visitor_kind,
        sum(int_session.request_count) as request_count,
        sum(int_session.investigation_count) as investigation_count
    from int_session
    inner join build_day on build_day.day = int_session.day
    where int_session.visitor_kind in ('robot', 'suspected_robot', 'own')
    group by
        int_session.dataset_id,
        int_session.day,
        int_session.client_key,
        int_session.visitor_kind
)

select
    dataset_id,
    day,
    visitor_kind,
    count(*) filter (where request_count > 0) as client_days,
    count(*) filter (where investigation_count > 0) as page_client_days
from clients
group by dataset_id, day, visitor_kind
