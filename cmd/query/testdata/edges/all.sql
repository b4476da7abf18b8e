-- All datasets are judged, all are low, and nobody uses any: two quarters, nothing changed.
insert into edge_setting values ('2026-09-30', '2025-07-01', 1);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office'), ('p2', 'field-survey', 'Field Survey');
insert into edge_dataset values
    ('d1', 'p1', 'Tide tables', 'data.example.org'), ('d2', 'p1', 'Bathing waters', 'data.example.org'),
    ('d3', 'p2', 'Soil map', 'data.example.org');
insert into edge_verdict
select dataset_id, label, 'unused', null, 0, 365, 0, 0.74, 'log'
from edge_dataset cross join (values ('2026Q2'), ('2026Q3')) as quarters(label);
insert into edge_log values ('portal', 'data.example.org', '2025-07-01');
