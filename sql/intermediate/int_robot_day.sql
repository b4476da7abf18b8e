-- Requests by robots, counted apart: they are no use, but they show that a dataset can be found.
--
-- grain: dataset_id, day
-- incremental: day
--
-- dataset_id         the dataset
-- day                UTC day
-- robot_client_days  distinct robots with a request
-- robot_requests     their requests

with

robots as (
    select
        int_session.dataset_id,
        int_session.day,
        int_session.client_key,
        sum(int_session.request_count) as request_count
    from int_session
    inner join build_day on build_day.day = int_session.day
    where int_session.visitor_kind = 'robot' and int_session.request_count > 0
    group by int_session.dataset_id, int_session.day, int_session.client_key
)

select
    dataset_id,
    day,
    count(*) as robot_client_days,
    cast(sum(request_count) as bigint) as robot_requests
from robots
group by dataset_id, day
