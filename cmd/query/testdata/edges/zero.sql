-- A catalogue without a dataset.
insert into edge_setting values ('2026-10-05', '2025-07-01', 1);
insert into edge_log values ('portal', 'data.example.org', '2025-07-01');
