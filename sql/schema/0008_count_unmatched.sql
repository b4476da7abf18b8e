-- What a tool counted of no address of the web, such as (not set): it is in no count, and may have
-- been use of any dataset. Null: not known, or a reading of counters.
alter table ledger.count_pull add column unmatched_value bigint;
