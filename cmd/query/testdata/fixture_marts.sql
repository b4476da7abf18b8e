-- The tables about sites, groups, totals and rankings of the small published file.
create table fct_referral_day (
    dataset_id varchar, day date, medium varchar, referrer_name varchar, client_days bigint,
    page_client_days bigint
);
insert into fct_referral_day values
    ('d1', '2026-06-30', 'search', 'Google', 2, 9), ('d1', '2026-06-30', 'direct', '', 3, 0),
    ('d2', '2026-02-01', 'government', 'GOV.UK', 1, 1), ('d2', '2026-02-03', 'search', 'Google', 1, 0);

create table referrer_usage (
    dataset_id varchar, period varchar, medium varchar, referrer_name varchar, client_days bigint,
    page_client_days bigint, last_date date
);
insert into referrer_usage
select
    dataset_id, period, medium, referrer_name, sum(client_days), sum(page_client_days), max(day)
from fct_referral_day
cross join (values ('trailing_year', 0), ('2026Q1', 1), ('2026Q2', 2)) as periods(period, quarter)
where quarter = 0 or quarter = quarter(day)
group by all;

create table referrer_total (
    period varchar, medium varchar, referrer_name varchar, dataset_count bigint, client_days bigint,
    page_client_days bigint, last_date date
);
insert into referrer_total
select
    period, medium, referrer_name, count(*), sum(client_days), sum(page_client_days), max(last_date)
from referrer_usage
group by all;

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
