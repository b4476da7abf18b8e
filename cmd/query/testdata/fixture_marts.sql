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
