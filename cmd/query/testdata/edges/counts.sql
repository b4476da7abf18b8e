-- No server log, and a tool that counts: statuses rest on its counts alone.
insert into edge_setting values ('2026-09-30', '2025-07-01', 1);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office');
insert into edge_dataset values
    ('d1', 'p1', 'Tide tables', 'files.example.org'), ('d2', 'p1', 'Bathing waters', 'files.example.org'),
    ('d3', 'p1', 'Soil map', 'files.example.org');
insert into edge_verdict values
    ('d1', '2026Q3', 'used', null, 300, 365, 66, 90, 'matomo'),
    ('d2', '2026Q3', 'barely_used', null, 1, 365, 0, 3.1, 'matomo'),
    ('d3', '2026Q3', 'insufficient_evidence', 'seldom_seen', 4, 365, 0.3, 7.7, 'matomo'),
    ('d1', '2026Q2', 'used', null, 280, 274, 66, 90, 'matomo'),
    ('d2', '2026Q2', 'insufficient_evidence', 'seldom_seen', 1, 60, 0, 9, 'matomo'),
    ('d3', '2026Q2', 'insufficient_evidence', 'seldom_seen', 4, 60, 0.3, 17.7, 'matomo');
insert into fct_count_day
select 'matomo', 'files', day, case when day > date '2026-09-28' then 'provisional' else 'known' end,
    day <= date '2026-09-28', day <= date '2026-09-28'
from generate_series(date '2025-10-01', date '2026-09-30', interval 1 day) as days(day);
insert into fct_dataset_period by name
select 'matomo' as source, 'files' as metric_kind, dataset_id, 'request' as usage_kind,
    date '2026-08-01' as period_start, date '2026-08-01' as period_end, 3 as value_low, 3 as value_high
from edge_dataset;
insert into count_source by name
select 'matomo' as source, 'files' as metric_kind, 0.4 as share_low, 0.5 as share_mean, 0.6 as share_high,
    'configured' as share_basis, 0 as common_datasets, 900 as counted, 12 as counted_no_dataset;
insert into referrer_total by name
select 'matomo' as source, '2026Q3' as period, 'search' as medium, 'Google' as referrer_name, 40 as visits,
    'client_days' as unit;
