-- A small published file, invented: a dataset for each status, as of 2026-06-30.
create table build_info (key varchar, value varchar);
insert into build_info values
    ('as_of_date', '2026-06-30'), ('built_at', '2026-07-01 03:12:00'), ('version', 'v0.1.0'),
    ('sql_digest', '0a1b2c3d'), ('threshold', '5'), ('needs_attention', '');

create table dim_publisher (publisher_id varchar, name varchar, title varchar, is_gone boolean);
insert into dim_publisher values
    ('p1', 'coast-office', 'Coast Office', false),
    ('p2', 'field-survey', 'Field Survey', false);

create table dim_dataset (
    dataset_id varchar, name varchar, title varchar, publisher_id varchar, publisher varchar,
    record_kind varchar, guid varchar, parent_guid varchar, group_id varchar, page_url varchar,
    first_live_date date, last_live_date date, is_live boolean, is_first_date_assumed boolean
);
insert into dim_dataset
select
    dataset_id, name, title, publisher_id, publisher, 'dataset', if(dataset_id = 'd6', 'levels', null),
    if(dataset_id = 'd7', 'levels', null),
    if(dataset_id = 'd8', 'd2', dataset_id),
    'https://portal.example.org/dataset/' || name, first_live_date, last_live_date,
    last_live_date = date '2026-06-30', first_live_date = date '2024-03-01'
from (values
    ('d1', 'bathing-waters', 'Bathing waters', 'p1', 'Coast Office', date '2024-03-01', date '2026-06-30'),
    ('d2', 'flood-zones', 'Flood | zones', 'p1', 'Coast Office', date '2026-01-10', date '2026-06-30'),
    ('d3', 'tide-tables', 'Tide tables', 'p1', 'Coast Office', date '2024-03-01', date '2026-06-30'),
    ('d4', 'bird-counts', 'Bird counts', 'p2', 'Field Survey', date '2024-03-01', date '2026-06-30'),
    ('d5', 'soil-map', 'Soil map', 'p2', 'Field Survey', date '2024-03-01', date '2026-06-30'),
    ('d6', 'river-levels', 'River levels', 'p1', 'Coast Office', date '2024-03-01', date '2026-06-30'),
    ('d7', 'hedgerows', 'Hedgerows', 'p2', 'Field Survey', date '2024-03-01', date '2026-06-30'),
    ('d8', 'flood-zones-2019', 'Flood zones 2019', 'p1', 'Coast Office', date '2024-03-01', date '2025-11-05')
) as t(dataset_id, name, title, publisher_id, publisher, first_live_date, last_live_date);

create table dataset_context (dataset_id varchar, note_kind varchar, note varchar);
insert into dataset_context values
    ('d8', 'known_copies', 'a copy at the county''s own site'), ('d8', 'statutory', '');

create table dim_dataset_name (
    dataset_id varchar, name varchar, first_seen_date date, is_current boolean
);
insert into dim_dataset_name select dataset_id, name, first_live_date, true from dim_dataset;
insert into dim_dataset_name values ('d1', 'bathing-water-quality', '2024-03-01', false);

create table dim_resource (
    resource_id varchar, dataset_id varchar, name varchar, format varchar, url varchar,
    host varchar, resource_role varchar, is_live boolean, coverage varchar
);
insert into dim_resource values
    ('r1', 'd1', 'Samples', 'CSV', 'https://portal.example.org/dataset/d1/resource/r1/download/s.csv',
        'portal.example.org', 'data', true, 'measured'),
    ('r2', 'd1', 'How samples are taken', 'PDF', 'https://portal.example.org/guide.pdf',
        'portal.example.org', 'document', true, 'measured'),
    ('r3', 'd2', 'Zones', 'SHP', 'https://files.example.org/zones.zip', 'files.example.org', 'data',
        true, 'gap'),
    ('r4', 'd3', 'Tables', 'CSV', 'https://files.example.org/tides.csv', 'files.example.org', 'data',
        true, 'gap'),
    ('r5', 'd4', 'Counts', 'CSV', 'https://files.example.org/birds.csv', 'files.example.org', 'data',
        true, 'gap'),
    ('r6', 'd5', 'Map service', 'WMS', 'https://maps.example.net/soil', 'maps.example.net',
        'service', true, 'no_log'),
    ('r7', 'd6', 'Levels', 'JSON', 'https://files.example.org/levels.json', 'files.example.org', 'data',
        true, 'gap'),
    ('r9', 'd8', 'Old map', 'WMS', 'https://maps.example.net/flood', 'maps.example.net', 'service',
        false, 'no_log'),
    ('r8', 'd7', 'Lines', 'GeoJSON', 'https://portal.example.org/hedge.json', 'portal.example.org',
        'data', true, 'measured');

create table dim_date (
    day date, weekday bigint, month_start_date date, quarter_start_date date, quarter_end_date date,
    quarter_label varchar, days_before bigint
);
insert into dim_date
select
    day, isodow(day), date_trunc('month', day), date_trunc('quarter', day),
    date_trunc('quarter', day) + interval 3 months - interval 1 day,
    year(day) || 'Q' || quarter(day), date '2026-06-30' - day
from (
    select cast(unnest(range(date '2025-07-01', date '2026-07-01', interval 1 day)) as date) as day
);

create table int_host_day (
    host varchar, day date, is_measured boolean, is_proving boolean, coverage varchar, log varchar,
    log_count bigint
);
insert into int_host_day
select host, day, coverage = 'measured', coverage = 'measured', coverage, log, log_count
from (
    select 'portal.example.org' as host, day, 'measured' as coverage, 'portal' as log, 1 as log_count
    from dim_date
    union all
    select 'files.example.org', day, case when day < date '2026-06-28' then 'measured' else 'gap' end,
        'files', 1
    from dim_date
    union all
    select 'maps.example.net', day, 'no_log', null, 0 from dim_date
);

create table fct_source_day (
    log varchar, day date, line_count bigint, hit_count bigint, rejected_share double,
    gap_hours bigint, is_continuous boolean, coverage varchar, override varchar,
    override_note varchar
);
insert into fct_source_day
select
    log, day, case when coverage = 'gap' then 0 else 1000 end,
    case when coverage = 'gap' then 0 else 900 end, case when coverage = 'gap' then null else 0.001 end,
    case when coverage = 'gap' then 24 else 0 end, coverage = 'measured',
    case coverage when 'measured' then 'continuous' else coverage end, null, null
from int_host_day
where log is not null;

create table fct_dataset_day (
    dataset_id varchar, day date, access_method varchar, total_investigations bigint,
    unique_investigations bigint, total_requests bigint, unique_requests bigint, client_days bigint,
    page_client_days bigint, search_client_days bigint, error_client_days bigint,
    late_error_client_days bigint, response_bytes bigint
);
insert into fct_dataset_day
select 'd1', day, 'Regular', 5, 4, 3, 2, 2, 2, 1, 0, 0, 3000000 from dim_date
union all
select 'd1', day, 'Machine', 2, 1, 2, 1, 1, 0, 0, 0, 0, 2000000 from dim_date where weekday = 1;
insert into fct_dataset_day values
    ('d2', '2026-02-01', 'Regular', 3, 2, 2, 2, 2, 1, 0, 0, 0, 4096),
    ('d2', '2026-02-03', 'Machine', 1, 1, 1, 1, 1, 0, 0, 0, 0, 2048),
    ('d4', '2026-05-01', 'Regular', 1, 1, 0, 0, 0, 4, 0, 4, 4, 0);

create table dataset_usage (
    dataset_id varchar, period varchar, start_date date, end_date date, live_days bigint,
    measured_days bigint, seen_days bigint, uses bigint, seen_uses bigint, all_uses bigint,
    total_requests bigint, unique_requests bigint, total_investigations bigint,
    unique_investigations bigint, page_client_days bigint, search_client_days bigint,
    error_client_days bigint, robot_client_days bigint, response_bytes bigint, last_request_date date
);
insert into dataset_usage
with periods as (
    select 'trailing_year' as period, day from dim_date
    union all
    select quarter_label, day from dim_date
),
hosts as (
    select dim_resource.dataset_id, int_host_day.day, bool_and(int_host_day.is_measured) as is_measured
    from dim_resource
    inner join int_host_day using (host)
    where dim_resource.resource_role in ('data', 'service')
    group by all
),
used as (select * exclude (access_method) from fct_dataset_day)
select
    hosts.dataset_id, period, min(hosts.day), max(hosts.day), count(distinct hosts.day),
    count(distinct hosts.day) filter (is_measured), count(distinct hosts.day) filter (is_measured),
    coalesce(sum(client_days) filter (is_measured), 0), coalesce(sum(client_days) filter (is_measured), 0),
    coalesce(sum(client_days), 0), coalesce(sum(total_requests), 0), coalesce(sum(unique_requests), 0),
    coalesce(sum(total_investigations), 0), coalesce(sum(unique_investigations), 0),
    coalesce(sum(page_client_days), 0), coalesce(sum(search_client_days), 0),
    coalesce(sum(error_client_days), 0), 0, coalesce(sum(response_bytes), 0),
    max(used.day) filter (client_days > 0)
from periods
inner join hosts using (day)
inner join dim_dataset on dim_dataset.dataset_id = hosts.dataset_id
    and hosts.day between first_live_date and last_live_date
left join used on used.dataset_id = hosts.dataset_id and used.day = hosts.day
group by all;
-- Use of a link of d6 is not credited to it, so it is measured on no day.
update dataset_usage set measured_days = 0, uses = null where dataset_id = 'd6';

create table dataset_status (
    dataset_id varchar, name varchar, title varchar, publisher_id varchar, publisher varchar,
    status varchar, reason varchar, low_reason varchar, is_provisional boolean,
    is_broken_now boolean, evidence varchar, uses bigint, seen_uses bigint, all_uses bigint,
    measured_days bigint, seen_days bigint, live_days bigint, rate_per_quarter double,
    lower_limit double, upper_limit double, dispersion double, is_dispersion_default boolean,
    last_measured_date date, last_request_date date, first_live_date date, page_client_days bigint,
    robot_client_days bigint, error_client_days bigint, rests_on varchar
);
comment on table dataset_status is 'What can be said about the use of each dataset. A status fits each; the first that fits.';
comment on column dataset_status.status is 'used, unreachable, not_measurable, …: the first that fits';
comment on column dataset_status.uses is 'client-days with a request on measured days of the window';
insert into dataset_status
select
    dataset_id, dim_dataset.name, dim_dataset.title, publisher_id, publisher, status, reason,
    low_reason, coalesce(reason = 'not_a_full_year', false), false, evidence,
    case when measured_days > 0 then uses end, case when measured_days > 0 then uses end, all_uses,
    measured_days, measured_days, live_days, round(uses * 91.25 / nullif(measured_days, 0), 2),
    lower_limit, upper_limit, 1.9, false, case when measured_days > 0 then date '2026-06-30' end,
    last_request_date, first_live_date, page_client_days, 0, error_client_days, rests_on
from dim_dataset
left join dataset_usage using (dataset_id)
inner join (values
    ('d1', 'used', null, null, 188.2, 218.9, 'portal',
        '782 uses on 365 days seen to 2026-06-30, last on 2026-06-30: with 95 % confidence at least '
        || '188 a quarter.'),
    ('d2', 'barely_used', 'not_a_full_year', 'little_traffic', 0.31, 4.9, 'files',
        '3 uses on 169 fully measured days to 2026-06-30, last on 2026-02-03: with 95 % confidence '
        || 'fewer than 5 a quarter. So far: seasons may mislead until 270 days are measured.'),
    ('d3', 'unused', null, 'no_traffic', 0.0, 1.4, 'files',
        'No use on 362 fully measured days to 2026-06-30: with 95 % confidence fewer than 5 a quarter.'),
    ('d4', 'unreachable', null, null, 0.0, 1.4, 'files',
        'No request was answered, and 4 tries to get its data failed, the last on 2026-05-01.'),
    ('d5', 'not_measurable', 'external_host', null, null, null, null,
        'Its data is on hosts that no log here covers: nothing is known of its use.'),
    ('d6', 'insufficient_evidence', 'partly_measured', null, 0.0, null, 'files',
        'No fully measured day to 2026-06-30: too little to tell fewer than 5 uses a quarter from '
        || 'more, because use of part of its data cannot be seen or told apart here.'),
    ('d7', 'borderline', null, null, 3.1, 6.8, 'portal',
        'No use on 365 fully measured days to 2026-06-30: the true rate may be below or above 5 a '
        || 'quarter.')
) as t(dataset_id, status, reason, low_reason, lower_limit, upper_limit, rests_on, evidence)
    using (dataset_id)
where period = 'trailing_year';

create table review_list (
    review_rank bigint, publisher_id varchar, publisher varchar, dataset_id varchar, name varchar,
    title varchar, status varchar, is_provisional boolean, low_reason varchar,
    suggested_action varchar, note varchar, review_date date, evidence varchar, uses bigint, measured_days bigint,
    upper_limit double, last_request_date date, page_url varchar
);
insert into review_list
select
    row_number() over (order by dataset_status.is_provisional, upper_limit), publisher_id,
    publisher, dataset_id, name, title, status, is_provisional, low_reason,
    case when is_provisional then 'look again after 2026-10-09' else 'ask its owner whom it is for' end,
    null, case when is_provisional then date '2026-10-09' end, evidence, uses, measured_days, upper_limit,
    last_request_date, dim_dataset.page_url
from dataset_status
inner join (select dataset_id, page_url from dim_dataset) as dim_dataset using (dataset_id)
where status in ('unused', 'barely_used');

create table attribution_quality (
    host varchar, usage_kind varchar, visitor_kind varchar, hit_count bigint, host_share double
);
insert into attribution_quality values
    ('portal.example.org', 'request', 'regular', 900, 0.9),
    ('portal.example.org', 'unattributed', 'regular', 100, 0.1),
    ('files.example.org', 'request', 'regular', 50, 0.25),
    ('files.example.org', 'unattributed', 'regular', 150, 0.75),
    ('files.example.org', 'unattributed', 'robot', 500, 1.0);

create table broken_resource (
    dataset_id varchar, resource_id varchar, quarter_label varchar, quarter_start_date date, host varchar,
    error_client_days bigint, small_answer_client_days bigint, last_good_date date, last_error_date date,
    is_broken_now boolean
);
insert into broken_resource values
    ('d3', 'r4', '2026Q1', '2026-01-01', 'files.example.org', 1, 0, null, '2026-03-20', true),
    ('d3', 'r4', '2026Q2', '2026-04-01', 'files.example.org', 6, 2, null, '2026-06-20', true),
    ('d1', 'r1', '2026Q2', '2026-04-01', 'portal.example.org', 1, 0, '2026-06-29', '2026-05-02', false);

create table build_setting (
    as_of_date date, first_date date, threshold bigint, page_threshold bigint, phi_default double,
    full_year_days bigint, year_start_month bigint, suspect_datasets_per_hour bigint
);
insert into build_setting values ('2026-06-30', '2025-07-01', 5, 20, 2, 270, 1, 60);

create table check_result (
    check_name varchar, severity varchar, summary varchar, failing_rows bigint
);
insert into check_result values
    ('limits_are_ordered', 'error', 'The lower limit is never above the upper one.', 0),
    ('few_agents_are_unclassified', 'warning', 'Nearly all agents have a class.', 2);

create table dispersion (
    window_label varchar, scenario varchar, start_date date, end_date date, threshold double,
    dispersion double, is_default boolean, pool_datasets bigint, pool_uses bigint,
    measured_count bigint, unjudged_count bigint, clustered_count bigint, advice varchar
);
insert into dispersion values
    ('current', 'base', '2025-07-01', '2026-06-30', 5, 1.9, false, 1, 300, 6, 0, 0, 'Nothing to do.');

-- Counts of others: a Matomo that saw d6 taken.
create table fct_count_day (
    source varchar, metric_kind varchar, day date, state varchar, is_answered boolean, is_known boolean
);
insert into fct_count_day values
    ('matomo', 'files', '2026-06-29', 'known', true, true),
    ('matomo', 'files', '2026-06-30', 'provisional', false, false);

create table fct_dataset_period (
    source varchar, metric_kind varchar, dataset_id varchar, usage_kind varchar, period_start date,
    period_end date, is_reading boolean, unit varchar, value_low bigint, value_high bigint,
    is_low_known boolean, is_high_known boolean, is_final boolean
);
insert into fct_dataset_period values
    ('matomo', 'files', 'd6', 'request', '2026-06-29', '2026-06-29', false, 'client_days', 2, 3,
        true, true, true);

create table count_source (
    source varchar, metric_kind varchar, kind varchar, time_zone varchar, first_date date,
    last_known_date date, known_days bigint, provisional_days bigint, partial_days bigint,
    unknown_days bigint, share_low double, share_high double, share_mean double,
    share_basis varchar, common_datasets bigint, share_variation double, dispersion double,
    dispersion_basis varchar, counted_datasets bigint, resting_datasets bigint, counted bigint,
    counted_no_dataset bigint, counted_no_use bigint
);
insert into count_source values
    ('matomo', 'files', 'matomo', 'Europe/London', '2026-06-29', '2026-06-29', 1, 1, 0, 0, 0.31, 0.6,
        0.45, 'measured', 40, 0.2, 1.9, 'log', 1, 0, 20, 5, 1),
    ('matomo', 'referrals', 'matomo', 'Europe/London', '2026-06-29', '2026-06-30', 2, 0, 0, 0, null,
        null, null, 'unknown', 0, null, null, null, null, null, 0, 0, 0);

create table dataset_source_count (
    dataset_id varchar, source varchar, metric_kind varchar, uses_low bigint, uses_high bigint,
    answered_days bigint, known_days bigint, open_days bigint, last_date date, share_low double,
    share_high double, lower_limit double, upper_limit double, proof varchar, reason varchar
);
insert into dataset_source_count values
    ('d6', 'matomo', 'files', 2, 3, 1, 1, 0, '2026-06-29', 0.31, 0.6, 0.1, 700, 'none',
        'seldom_seen'),
    ('d6', 'matomo', 'pages', 4, 4, 1, 1, 2, '2026-06-29', null, null, 0.2, null, 'none',
        'counter_open'),
    ('d5', 'matomo', 'files', 0, 0, 365, 365, 0, '2026-06-30', 0.31, 0.6, 0, 2.42, 'low', null);

create table source_agreement (
    source varchar, metric_kind varchar, scope varchar, publisher_id varchar, publisher varchar,
    dataset_count bigint, log_count bigint, count_low bigint, count_high bigint, ratio double,
    ratio_low double, ratio_high double, drawn_ratio double, drawn_low double, drawn_high double,
    own_weight double
);
insert into source_agreement values
    ('matomo', 'files', 'all', '', null, 40, 7510, 3560, 3720, 0.4953, 0.2967, 0.694, 0.4953, 0.2967,
        0.694, null),
    ('matomo', 'files', 'publisher', 'p1', 'Coast Office', 39, 7500, 3560, 3720, 0.496, 0.4743,
        0.5177, 0.496, 0.474, 0.518, 0.994),
    ('matomo', 'files', 'publisher', '', null, 1, 10, 0, 0, 0, 0, 0.4363, 0.351, 0.0766, 0.6254,
        0.2915);

alter table review_list add column evidence_source varchar;
update review_list set evidence_source = 'log';
alter table dataset_status add column evidence_source varchar;
alter table dataset_status add column count_source varchar;
alter table dataset_status add column count_low bigint;
alter table dataset_status add column count_high bigint;
alter table dataset_status add column count_days bigint;
alter table dataset_status add column count_seen_days bigint;
alter table dataset_status add column count_last_date date;
alter table dataset_status add column count_share_low double;
alter table dataset_status add column count_share_high double;
alter table dataset_status add column count_lower_limit double;
alter table dataset_status add column count_upper_limit double;
alter table dataset_status add column page_evidence_source varchar;
alter table dataset_status add column page_count_low bigint;
alter table dataset_status add column page_count_high bigint;
alter table dataset_status add column page_count_days bigint;
alter table dataset_status add column page_count_lower_limit double;
alter table dataset_status add column page_count_upper_limit double;
update dataset_status set evidence_source = 'log' where measured_days > 0;
update dataset_status set
    count_source = 'matomo', count_low = 2, count_high = 3, count_days = 1, count_seen_days = 1,
    count_last_date = '2026-06-29', count_lower_limit = 0.1
where dataset_id = 'd6';
