-- No server log and no counts at all: nothing can be judged.
insert into edge_setting values ('2026-09-30', '2025-07-01', 1);
insert into edge_publisher values ('p1', 'coast-office', 'Coast Office'), ('p2', 'field-survey', 'Field Survey');
insert into edge_dataset values
    ('d1', 'p1', 'Tide tables', 'files.example.org'), ('d2', 'p1', 'Bathing waters', 'files.example.org'),
    ('d3', 'p2', 'Soil map', null), ('d4', null, 'Old maps', 'maps.example.net');
insert into edge_verdict
select dataset_id, label, 'not_measurable', case when host is null then 'no_data_link' else 'external_host' end,
    null, 0, null, null, 'log'
from edge_dataset cross join (values ('2026Q2'), ('2026Q3')) as quarters(label);
