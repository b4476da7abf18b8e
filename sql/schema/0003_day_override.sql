-- What the operator said of days: they count as seen although a log has a gap (accept), they count
-- as not seen although it has none (void), or an earlier word no longer holds (withdraw). Rows are
-- added and never changed; of several for a day the last one holds.
-- subject_kind: log, host. from_date and to_date are both included. made_by: the operator, who is
-- named in the warehouse only.
create table ledger.day_override (
    override_id bigint,
    subject_kind varchar,
    subject varchar,
    from_date date,
    to_date date,
    verdict varchar,
    note varchar,
    made_by varchar,
    made_at timestamp
);
