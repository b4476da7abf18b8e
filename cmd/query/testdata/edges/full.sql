-- Two years, two publishers with datasets of one title, and a bit of everything: gaps, a log that is new,
-- what broke, small counts of people, changes of all kinds.
insert into edge_setting values ('2026-11-15', '2024-07-01', 1);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office'), ('p2', 'field-survey', 'Field Survey');
insert into edge_dataset values
    ('d1', 'p1', 'Tide tables', 'data.example.org'), ('d2', 'p1', 'Bathing waters', 'data.example.org'),
    ('d3', 'p2', 'Soil map', 'maps.example.net'), ('d4', 'p2', 'Hedges', 'data.example.org'),
    ('d5', 'p2', 'Hedges', 'data.example.org'), ('d6', 'p1', 'Wrecks', 'data.example.org'),
    ('d7', 'p1', 'Fish stocks', 'data.example.org'), ('d8', 'p2', 'Old soil map', 'archive.example.com');
insert into edge_verdict
select dataset_id, label, 'used', null, 400, 365, 90, 110, 'log'
from (values ('d1'), ('d7')) as d(dataset_id)
cross join (values ('2025Q3'), ('2025Q4'), ('2026Q1'), ('2026Q2'), ('2026Q3')) as quarters(label);
update edge_verdict set status = 'unreachable', uses = 12, low = 1.9, high = 4.6
where dataset_id = 'd7' and quarter_label = '2026Q3';
insert into edge_verdict values
    ('d2', '2025Q3', 'barely_used', null, 3, 365, 0.2, 2.3, 'log'),
    ('d2', '2026Q2', 'borderline', null, 22, 365, 3.9, 7.7, 'log'),
    ('d2', '2026Q3', 'used', null, 31, 365, 5.6, 10.1, 'log'),
    ('d3', '2025Q3', 'not_measurable', 'external_host', null, 0, null, null, 'log'),
    ('d3', '2026Q2', 'not_measurable', 'external_host', null, 0, null, null, 'log'),
    ('d3', '2026Q3', 'unused', 'not_a_full_year', 0, 120, 0, 2.2, 'log'),
    ('d4', '2025Q3', 'unused', null, 0, 365, 0, 0.9, 'log'),
    ('d4', '2026Q2', 'barely_used', null, 2, 365, 0.1, 1.9, 'log'),
    ('d4', '2026Q3', 'barely_used', null, 2, 365, 0.1, 1.9, 'log'),
    ('d5', '2026Q3', 'insufficient_evidence', 'too_new', 1, 31, 0, 14, 'log'),
    ('d6', '2025Q3', 'used', null, 44, 365, 8, 14, 'log'),
    ('d6', '2026Q2', 'used', null, 40, 365, 7, 13, 'log'),
    ('d8', '2025Q3', 'not_measurable', 'external_host', null, 0, null, null, 'log'),
    ('d8', '2026Q2', 'not_measurable', 'external_host', null, 0, null, null, 'log'),
    ('d8', '2026Q3', 'not_measurable', 'external_host', null, 0, null, null, 'log');
insert into edge_log values ('portal', 'data.example.org', '2024-07-01'), ('maps', 'maps.example.net', '2026-07-10');
insert into edge_gap values
    ('portal', '2026-08-03', 'gap'), ('portal', '2026-08-04', 'gap'), ('portal', '2026-09-01', 'voided');
insert into broken_resource by name
select 'd7' as dataset_id, 'r-d7' as resource_id, '2026Q3' as quarter_label, 'data.example.org' as host,
    9 as error_client_days, date '2026-07-19' as last_good_date, date '2026-09-29' as last_error_date,
    true as is_broken_now
union all
select 'd1', 'r-d1', '2026Q3', 'data.example.org', 2, date '2026-09-30', date '2026-08-04', false;
insert into referrer_usage by name
select 'log' as source, '2026Q3' as period, dataset_id, medium, referrer_name, client_days, page_client_days
from (values
    ('d1', 'search', 'Google', 31, 90), ('d2', 'search', 'Google', 2, 11), ('d1', 'direct', '', 40, 12),
    ('d1', 'government', 'GOV.UK', 3, 4), ('d4', 'social', 'X', 1, 2), ('d2', 'other', 'example.net', 1, 7)
) as arrivals(dataset_id, medium, referrer_name, client_days, page_client_days);
insert into attribution_quality by name
select 'data.example.org' as host, usage_kind, visitor_kind, hit_count
from (values
    ('request', 'regular', 900), ('investigation', 'regular', 2000), ('none', 'regular', 80),
    ('unattributed', 'regular', 20), ('request', 'robot', 700), ('unattributed', 'robot', 4)
) as hits(usage_kind, visitor_kind, hit_count);
