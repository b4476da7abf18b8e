create table build_info (key varchar, value varchar);
insert into build_info values
    ('as_of_date', '2026-06-30'), ('built_at', '2026-07-01 03:12:00'), ('version', 'v0.1.0'),
    ('sql_digest', '0a1b2c3d'), ('threshold', '5');
create table dataset_status as
select * from (values
    ('d1', 'bathing-waters', 'used', cast(812 as bigint), cast('2026-06-29' as date)),
    ('d2', 'flood | zones', 'barely_used', 3, '2026-02-01'),
    ('d3', 'tides', 'unused', 0, null)
) as t(dataset_id, name, status, uses, last_request_date);
comment on table dataset_status is 'What we can say about the use of each dataset.';
comment on column dataset_status.uses is 'client-days with a request in the window';
