-- One publisher with one dataset that is used, in the first quarter ever.
insert into edge_setting values ('2026-09-30', '2026-07-01', 1);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office');
insert into edge_dataset values ('d1', 'p1', 'Tide tables', 'data.example.org');
insert into edge_verdict values ('d1', '2026Q3', 'used', null, 412, 92, 340, 480, 'log');
insert into edge_log values ('portal', 'data.example.org', '2026-07-01');
