-- The tables about sites, groups, totals and rankings of the small published file.
create table fct_referral_day (
    dataset_id varchar, day date, medium varchar, referrer_name varchar, client_days bigint,
    page_client_days bigint
);
insert into fct_referral_day values
    ('d1', '2026-06-30', 'search', 'Google', 2, 9), ('d1', '2026-06-30', 'direct', '', 3, 0),
    ('d2', '2026-02-01', 'government', 'GOV.UK', 1, 1), ('d2', '2026-02-03', 'search', 'Google', 1, 0);

create table fct_referral_period (
    source varchar, dataset_id varchar, medium varchar, referrer_name varchar, period_start date,
    period_end date, unit varchar, visits bigint, is_whole boolean, is_final boolean
);
insert into fct_referral_period values
    ('matomo', 'd1', 'search', 'Google', '2026-06-30', '2026-06-30', 'client_days', 5, true, true),
    ('matomo', 'd1', 'direct', '', '2026-06-29', '2026-06-29', 'client_days', 2, true, true);

create table referrer_usage (
    source varchar, dataset_id varchar, period varchar, medium varchar, referrer_name varchar,
    client_days bigint, page_client_days bigint, visits bigint, unit varchar, last_date date
);
insert into referrer_usage
select
    'log', dataset_id, period, medium, referrer_name, sum(client_days), sum(page_client_days), null,
    null, max(day)
from fct_referral_day
cross join (values ('trailing_year', 0), ('2026Q1', 1), ('2026Q2', 2)) as periods(period, quarter)
where quarter = 0 or quarter = quarter(day)
group by all;
insert into referrer_usage values
    ('matomo', 'd1', 'trailing_year', 'search', 'Google', null, null, 5, 'client_days', '2026-06-30'),
    ('matomo', 'd1', 'trailing_year', 'direct', '', null, null, 2, 'client_days', '2026-06-29');

create table referrer_total (
    source varchar, period varchar, medium varchar, referrer_name varchar, dataset_count bigint,
    client_days bigint, page_client_days bigint, visits bigint, unit varchar, last_date date
);
insert into referrer_total
select
    source, period, medium, referrer_name, count(*), sum(client_days), sum(page_client_days),
    sum(visits), max(unit), max(last_date)
from referrer_usage
group by all;

create table dataset_month (
    dataset_id varchar, month_start_date date, access_method varchar, total_investigations bigint,
    unique_investigations bigint, total_requests bigint, unique_requests bigint, client_days bigint,
    response_bytes bigint
);
insert into dataset_month
select
    dataset_id, month_start_date, access_method, sum(total_investigations),
    sum(unique_investigations), sum(total_requests), sum(unique_requests), sum(client_days),
    sum(response_bytes)
from fct_dataset_day
inner join dim_date using (day)
group by all
having sum(total_investigations) > 0;

create table month_coverage (
    month_start_date date, month_end_date date, day_count bigint, day_in_data_count bigint,
    last_date date, whole_days bigint, missed_days bigint, first_missed_date date,
    last_missed_date date, is_whole boolean
);
insert into month_coverage
select
    month_start_date, last_day(month_start_date), day(last_day(month_start_date)),
    count(distinct day), max(day), count(distinct day) filter (is_whole_day),
    count(distinct day) filter (not is_whole_day), min(day) filter (not is_whole_day),
    max(day) filter (not is_whole_day), bool_and(is_whole_day)
from (
    select day, month_start_date, bool_and(is_continuous) as is_whole_day
    from fct_source_day
    inner join dim_date using (day)
    group by all
)
group by month_start_date;

create table dataset_ranking (
    dataset_id varchar, usage_rank bigint, name varchar, title varchar, publisher_id varchar,
    publisher varchar, basis varchar, uses bigint, days bigint, raw_rate_per_quarter double,
    shrunk_rate_per_quarter double, own_weight double, common_rate_per_quarter double
);
insert into dataset_ranking
select
    dataset_id, row_number() over (order by rate_per_quarter desc, name), name, title, publisher_id,
    publisher, 'measured', uses, measured_days, rate_per_quarter, rate_per_quarter - 0.01, 0.99, 42.5
from dataset_status
where measured_days > 0;

create table usage_concentration (
    period varchar, start_date date, end_date date, dataset_count bigint, unused_count bigint,
    unmeasured_count bigint, client_days bigint, gini double, top_1_percent_count bigint,
    top_1_percent_share double, top_10_percent_count bigint, top_10_percent_share double,
    count_for_80_percent bigint, share_for_80_percent double
);
insert into usage_concentration values
    ('trailing_year', '2025-07-01', '2026-06-30', 5, 3, 2, 785, 0.7985, 1, 0.9962, 1, 0.9962, 1, 0.2),
    ('2026Q2', '2026-04-01', '2026-06-30', 5, 4, 2, 195, 0.8, 1, 1, 1, 1, 1, 0.2);

create table usage_lorenz (
    period varchar, point_number bigint, dataset_count bigint, client_days bigint,
    dataset_share double, use_share double
);
insert into usage_lorenz values
    ('2026Q2', 0, 0, 0, 0, 0), ('2026Q2', 1, 1, 0, 0.2, 0), ('2026Q2', 2, 2, 0, 0.4, 0),
    ('2026Q2', 3, 3, 0, 0.6, 0), ('2026Q2', 4, 4, 0, 0.8, 0), ('2026Q2', 5, 5, 195, 1, 1);
create table dataset_status_quarter (
    dataset_id varchar, quarter_label varchar, quarter_end_date date, status varchar,
    reason varchar, is_provisional boolean, is_broken boolean, uses bigint, seen_uses bigint,
    all_uses bigint, measured_days bigint, seen_days bigint, live_days bigint,
    rate_per_quarter double, lower_limit double, upper_limit double, dispersion double,
    is_dispersion_default boolean, last_request_date date
);
insert into dataset_status_quarter
select
    dataset_id, quarter_label, quarter_end_date, status, reason, is_provisional, is_broken_now,
    uses, seen_uses, all_uses, measured_days, seen_days, live_days, rate_per_quarter, lower_limit,
    upper_limit, dispersion, is_dispersion_default, last_request_date
from dataset_status
cross join (values ('2026Q1', date '2026-03-31'), ('2026Q2', date '2026-06-30'))
    as quarters(quarter_label, quarter_end_date);

create table publisher_usage (
    publisher_id varchar, publisher varchar, period varchar, end_date date, live_datasets bigint,
    live_groups bigint, judged_datasets bigint, used bigint, borderline bigint, barely_used bigint,
    unused bigint, unreachable bigint, insufficient_evidence bigint, not_measurable bigint,
    provisional bigint, datasets_with_use bigint, client_days bigint, page_client_days bigint
);
insert into publisher_usage
select
    publisher_id, publisher, 'trailing_year', date '2026-06-30', count(*), count(*),
    count(*) filter (status not in ('not_measurable', 'insufficient_evidence')),
    count(*) filter (status = 'used'), count(*) filter (status = 'borderline'),
    count(*) filter (status = 'barely_used'), count(*) filter (status = 'unused'),
    count(*) filter (status = 'unreachable'), count(*) filter (status = 'insufficient_evidence'),
    count(*) filter (status = 'not_measurable'), count(*) filter (is_provisional),
    count(*) filter (all_uses > 0), sum(all_uses), sum(page_client_days)
from dataset_status
group by all;

create table quarter_movement (
    dataset_id varchar, quarter_label varchar, quarter_end_date date, previous_quarter_label varchar,
    movement varchar, from_status varchar, to_status varchar, change_source varchar,
    is_replaced boolean, former_name varchar, is_lapsed boolean, is_newly_used boolean, uses bigint,
    previous_uses bigint, measured_days bigint, previous_measured_days bigint,
    uses_by_measurement bigint, uses_by_use bigint
);
insert into quarter_movement values
    ('d1', '2026Q2', '2026-06-30', '2026Q1', 'unchanged', 'used', 'used', null, false, null, false,
        false, 782, 770, 365, 365, 0, 12),
    ('d2', '2026Q2', '2026-06-30', '2026Q1', 'status_changed', 'insufficient_evidence',
        'barely_used', 'measurement', false, null, null, false, 3, 3, 169, 78, 4, -4),
    ('d3', '2026Q2', '2026-06-30', '2026Q1', 'lapsed', 'borderline', 'unused', 'use', false, null,
        true, false, 0, 11, 362, 365, 0, -11);
alter table dataset_status add column record_kind varchar default 'dataset';
alter table dataset_status add column suspected_client_days bigint default 0;
alter table dataset_status add column staff_client_days bigint default 0;
alter table dataset_status add column trend varchar default 'unknown';
alter table dataset_status add column earlier_uses bigint;
alter table dataset_status add column earlier_measured_days bigint default 0;
alter table dataset_status add column earlier_rate_per_quarter double;
alter table dataset_status add column earlier_lower_limit double;
alter table dataset_status add column earlier_upper_limit double;
alter table dataset_status add column page_status varchar default 'not_measurable';
alter table dataset_status add column page_reason varchar default 'no_page';
alter table dataset_status add column is_page_provisional boolean default false;
alter table dataset_status add column page_uses bigint;
alter table dataset_status add column page_measured_days bigint default 0;
alter table dataset_status add column page_rate_per_quarter double;
alter table dataset_status add column page_lower_limit double;
alter table dataset_status add column page_upper_limit double;
alter table dataset_status add column page_dispersion double default 2;
alter table dataset_status add column busiest_client_share double;
alter table dataset_status add column busiest_agent_share double;
alter table dataset_status add column busiest_agent varchar;
update dataset_status set
    trend = 'rising', earlier_uses = 300, earlier_measured_days = 350, earlier_rate_per_quarter = 78.21,
    earlier_lower_limit = 70, earlier_upper_limit = 87, page_status = 'used', page_reason = null,
    page_uses = 730, page_measured_days = 365, page_rate_per_quarter = 182.5, page_lower_limit = 172.1,
    page_upper_limit = 194, robot_client_days = 40, suspected_client_days = 3, staff_client_days = 1,
    busiest_client_share = 0.34, busiest_agent_share = 0.81, busiest_agent = 'QGIS'
where dataset_id = 'd1';
update dataset_status set
    trend = 'unknown', earlier_uses = 0, earlier_measured_days = 1, earlier_rate_per_quarter = 0,
    page_status = 'barely_used', page_reason = 'not_a_full_year', is_page_provisional = true,
    page_uses = 1, page_measured_days = 172, page_rate_per_quarter = 0.53, page_lower_limit = 0,
    page_upper_limit = 4.3, busiest_client_share = 0.67, busiest_agent_share = 0.67
where dataset_id = 'd2';
update dataset_status set error_client_days = 1 where dataset_id = 'd6';

create table threshold_sensitivity (
    scenario varchar, threshold double, dispersion double, base_status varchar, status varchar,
    is_changed boolean, dataset_count bigint
);
insert into threshold_sensitivity
select scenario, threshold, 1.9, status, status, false, count(*)
from dataset_status
cross join (values ('base', 5), ('half', 2.5), ('double', 10)) as scenarios(scenario, threshold)
group by all;
insert into threshold_sensitivity values ('without_machines', 5, 1.9, 'used', 'barely_used', true, 1);

create table fct_late_day (
    dataset_id varchar, day date, access_method varchar, client_days bigint,
    page_client_days bigint, total_requests bigint, total_investigations bigint,
    response_bytes bigint, is_approximate boolean
);
insert into fct_late_day values ('d3', '2025-09-01', 'Regular', 2, 0, 3, 3, 3072, true);

alter table dataset_status_quarter add column evidence_source varchar;
alter table dataset_status_quarter add column count_source varchar;
alter table dataset_status_quarter add column count_low bigint;
alter table dataset_status_quarter add column count_high bigint;
alter table dataset_status_quarter add column count_days bigint;
alter table dataset_status_quarter add column count_share_low double;
alter table dataset_status_quarter add column count_lower_limit double;
alter table dataset_status_quarter add column count_upper_limit double;
