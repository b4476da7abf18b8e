-- URLs of days whose hits are gone that a dataset gained or lost when they were classified again:
-- what it had on those days is credited from the daily counts of the URL, since no such day is
-- ever built again. Rows are added and never changed.
create table traffic.target_change (
    url_id bigint,
    dataset_id varchar,
    usage_kind varchar,
    is_gained boolean,
    changed_at timestamp
);
