-- The days cut wherever a window or a quarter begins or ends, so that each day is summed once and
-- the windows, which overlap, are put together from the sums.
--
-- grain: day
--
-- day            UTC day, from first_date to as_of_date
-- segment_date   first day of its segment, UTC
-- quarter_label  the quarter that the segment lies in

with

edges as (
    select start_date as edge_date
    from build_window

    union

    select cast(end_date + interval '1' day as date) as edge_date
    from build_window

    union

    select quarter_start_date as edge_date
    from dim_date

    union

    select min(day) as edge_date
    from dim_date
)

select
    dim_date.day,
    max(edges.edge_date) over (
        order by dim_date.day rows between unbounded preceding and current row
    ) as segment_date,
    dim_date.quarter_label
from dim_date
left join edges on edges.edge_date = dim_date.day
