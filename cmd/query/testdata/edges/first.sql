-- The first quarter ever, of a year that begins in April, with figures that go on after its end: a new
-- portal's statuses are of the time so far.
insert into edge_setting values ('2026-10-20', '2026-05-11', 4);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office');
insert into edge_dataset values
    ('d1', 'p1', 'Tide tables', 'data.example.org'), ('d2', 'p1', 'Bathing waters', 'data.example.org'),
    ('d3', 'p1', 'Soil map', 'maps.example.net');
insert into edge_verdict values
    ('d1', '2026/27Q2', 'used', null, 60, 143, 27, 50, 'log'),
    ('d2', '2026/27Q2', 'barely_used', 'not_a_full_year', 2, 143, 0.2, 4.1, 'log'),
    ('d3', '2026/27Q2', 'not_measurable', 'external_host', null, 0, null, null, 'log');
insert into build_definition by name
select 'fct_dataset_day' as model, '00a' as definition_version, date '2026-05-11' as first_day,
    date '2026-08-15' as last_day, 97 as day_count, false as is_current;
insert into edge_log values ('portal', 'data.example.org', '2026-05-11');
