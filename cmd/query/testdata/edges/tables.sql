-- What an edge says of its portal; portal.sql makes the published tables of it.
create table edge_setting (as_of_date date, first_date date, year_start_month bigint);
create table edge_publisher (publisher_id varchar, name varchar, title varchar);
create table edge_dataset (dataset_id varchar, publisher_id varchar, title varchar, host varchar);
create table edge_verdict (
    dataset_id varchar, quarter_label varchar, status varchar, reason varchar, uses bigint, days bigint,
    low double, high double, source varchar
);
create table edge_log (log varchar, host varchar, first_date date);
create table edge_gap (log varchar, day date, coverage varchar);
