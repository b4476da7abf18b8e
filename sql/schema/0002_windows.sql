-- The windows that datasets are judged for: one row each, written by every build from its settings.
-- window_kind: current (the 365 days to as_of_date), earlier (the 365 before), quarter (the 365 to
-- the end of a quarter that is over; window_label is its quarter_label). Both dates are included.
create table build_window (
    window_label varchar,
    window_kind varchar,
    start_date date,
    end_date date
);

-- int_visitor_day counts robots now, beside the other kinds of visitors.
drop table if exists int_robot_day;
