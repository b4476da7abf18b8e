-- One log is configured, and no line of it ever came.
insert into edge_setting values ('2026-09-30', '2025-07-01', 1);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office');
insert into edge_dataset values ('d1', 'p1', 'Tide tables', 'files.example.org');
insert into edge_verdict values
    ('d1', '2026Q3', 'not_measurable', 'external_host', null, 0, null, null, 'log');
insert into fct_source_day by name
select 'files' as log, day, 0 as line_count, 0 as hit_count, 0 as gap_hours, false as is_continuous,
    'no_line_yet' as coverage
from generate_series(date '2025-07-01', date '2026-09-30', interval 1 day) as days(day);
