-- What sets suspected robots apart, and which lists a build was made with.

alter table build_setting add column suspect_datasets_per_hour bigint default 60;

-- The reference lists that a run classified by, one row for each. list_name: agents, referrers,
-- resource_roles, counter_robots. list_digest is that of its text. newest_change: the newest
-- last_changed of a COUNTER list; null for ours, which carry none.
create table ledger.list_version (
    run_id bigint,
    list_name varchar,
    list_digest varchar,
    entry_count bigint,
    newest_change date,
    read_at timestamp
);
