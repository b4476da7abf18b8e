-- Makes the published tables of an invented portal from what an edge says of it. The edge has filled
--   edge_setting (as_of_date, first_date, year_start_month),
--   edge_publisher (publisher_id, name, title),
--   edge_dataset (dataset_id, publisher_id, title, host),
--   edge_verdict (dataset_id, quarter_label, status, reason, uses, days, low, high, source): as of each
--     quarter's end; what has no row was not in the catalogue,
--   edge_log (log, host, first_date), edge_gap (log, day, coverage).
insert into build_setting by name
select as_of_date, first_date, 5 as threshold, 20 as page_threshold, 2.0 as phi_default,
    270 as full_year_days, year_start_month, 60 as suspect_datasets_per_hour
from edge_setting;

insert into dim_date by name
with days as (
    select cast(unnest(generate_series(first_date, as_of_date, interval 1 day)) as date) as day,
        as_of_date, year_start_month as m
    from edge_setting
),
bounds as (
    select *, (month(day) - m + 12) % 12 as year_month, date_trunc('month', day) as month_start
    from days
)
select day, isodow(day) as weekday, cast(month_start as date) as month_start_date,
    cast(month_start - to_months(cast(year_month % 3 as integer)) as date) as quarter_start_date,
    cast(month_start - to_months(cast(year_month % 3 as integer)) + interval 3 month - interval 1 day as date)
        as quarter_end_date,
    case when m = 1 then year(day) || 'Q' || (year_month // 3 + 1)
        else year(month_start - to_months(cast(year_month as integer))) || '/'
            || lpad(cast((year(month_start - to_months(cast(year_month as integer))) + 1) % 100 as varchar), 2, '0')
            || 'Q' || (year_month // 3 + 1) end as quarter_label,
    date_diff('day', day, as_of_date) as days_before
from bounds;

insert into dim_publisher by name select publisher_id, name, title, false as is_gone from edge_publisher;

insert into dim_dataset by name
select
    d.dataset_id, lower(replace(d.title, ' ', '-')) || '-' || d.dataset_id as name, d.title, d.publisher_id,
    coalesce(p.title, 'no publisher') as publisher, 'dataset' as record_kind, d.dataset_id as group_id,
    'https://data.example.org/dataset/' || d.dataset_id as page_url, s.first_date as first_live_date,
    s.as_of_date as last_live_date, d.dataset_id in (
        select dataset_id from edge_verdict where quarter_label = (select max(quarter_label) from edge_verdict)
    ) as is_live, false as is_first_date_assumed
from edge_dataset as d
cross join edge_setting as s
left join edge_publisher as p using (publisher_id);

insert into dim_resource by name
select 'r-' || d.dataset_id as resource_id, d.dataset_id, 'Data as CSV' as name, 'CSV' as format,
    'https://' || d.host || '/' || d.dataset_id || '.csv' as url, d.host, 'data' as resource_role,
    n.is_live, case when l.host is null then 'no_log' else 'measured' end as coverage
from edge_dataset as d
inner join dim_dataset as n using (dataset_id)
left join (select distinct host from edge_log) as l using (host)
where d.host is not null;

insert into fct_source_day by name
select l.log, day,
    case when day < l.first_date then 0 when g.day is null then 1000 else 400 end as line_count, 900 as hit_count,
    0.0 as rejected_share, case when g.day is null then 0 else 7 end as gap_hours,
    g.day is null and day >= l.first_date as is_continuous,
    case when day < l.first_date then 'out_of_service' else coalesce(g.coverage, 'continuous') end as coverage
from edge_log as l
cross join dim_date
left join edge_gap as g using (log, day);

insert into int_host_day by name
select h.host, day, coalesce(s.is_continuous, false) as is_measured, coalesce(s.is_continuous, false) as is_proving,
    case when s.log is null then 'no_log' when s.is_continuous then 'measured' else 'gap' end as coverage,
    s.log, case when s.log is null then 0 else 1 end as log_count
from (select host from edge_dataset where host is not null union select host from edge_log) as h
cross join dim_date
left join edge_log as l on l.host = h.host and day >= l.first_date
left join fct_source_day as s using (log, day);

insert into dataset_status_quarter by name
select v.dataset_id, v.quarter_label, q.quarter_end_date, v.status, v.reason,
    coalesce(v.reason = 'not_a_full_year', false) as is_provisional, v.status = 'unreachable' as is_broken,
    case when source = 'log' then uses end as uses, case when source = 'log' then uses end as seen_uses,
    case when source = 'log' then uses else 0 end as all_uses,
    case when source = 'log' then days else 0 end as measured_days,
    case when source = 'log' then days else 0 end as seen_days, 365 as live_days,
    case when source = 'log' then low end as lower_limit, case when source = 'log' then high end as upper_limit,
    1.5 as dispersion, false as is_dispersion_default,
    case when uses > 0 and source = 'log' then q.quarter_end_date - 20 end as last_request_date,
    source as evidence_source, case when source <> 'log' then source end as count_source,
    case when source <> 'log' then uses end as count_low, case when source <> 'log' then uses + 1 end as count_high,
    case when source <> 'log' then days end as count_days, case when source <> 'log' then 0.4 end as count_share_low,
    case when source <> 'log' then low end as count_lower_limit,
    case when source <> 'log' then high end as count_upper_limit
from edge_verdict as v
inner join (select distinct quarter_label, quarter_end_date from dim_date) as q using (quarter_label);

insert into dataset_status by name
select s.dataset_id, d.name, d.title, d.publisher_id, d.publisher, d.record_kind, s.status, s.reason,
    case when s.status = 'unused' then 'no_traffic' when s.status = 'barely_used' then 'little_traffic' end as low_reason,
    s.is_provisional, s.is_broken as is_broken_now, 'In words.' as evidence, s.uses, s.seen_uses, s.all_uses,
    s.measured_days, s.seen_days, s.live_days, s.lower_limit, s.upper_limit, s.evidence_source,
    case when s.uses > 20 then 0.8 else 0.1 end as busiest_client_share
from dataset_status_quarter as s
inner join dim_dataset as d using (dataset_id)
where s.quarter_end_date = (select max(quarter_end_date) from dataset_status_quarter);

insert into review_list by name
select row_number() over (order by publisher, title, dataset_id) as review_rank, publisher_id, publisher, dataset_id,
    name, title, status, is_provisional, low_reason,
    case when is_provisional then 'look again after 2027-01-31' else 'ask its owner whom it is for' end as suggested_action
from dataset_status
where status in ('unused', 'barely_used');

-- A quarter of the year's uses each; statuses of two quarters for those that have them.
insert into dataset_usage by name
select dataset_id, quarter_label as period, q.quarter_start_date as start_date, q.quarter_end_date as end_date,
    92 as live_days, case when measured_days > 0 then 92 else 0 end as measured_days,
    case when measured_days > 0 then 92 else 0 end as seen_days,
    case when measured_days > 0 then cast(all_uses // 4 as bigint) end as uses, cast(all_uses // 4 as bigint) as all_uses,
    cast(all_uses // 4 * 2 as bigint) as total_requests, cast(all_uses // 2 as bigint) as page_client_days
from dataset_status_quarter
inner join (select distinct quarter_label, quarter_start_date from dim_date) as starts using (quarter_label)
inner join (select distinct quarter_label, quarter_start_date, quarter_end_date from dim_date) as q using (quarter_label);

insert into dataset_month by name
select dataset_id, start_date as month_start_date, access_method,
    cast(case access_method when 'Machine' then all_uses // 2 else total_requests - all_uses // 2 end as bigint)
        as total_requests,
    cast(case access_method when 'Machine' then all_uses // 4 else all_uses - all_uses // 4 end as bigint) as client_days
from dataset_usage
cross join (values ('Machine'), ('Regular')) as methods(access_method);

insert into publisher_usage by name
select coalesce(d.publisher_id, '') as publisher_id, d.publisher, s.quarter_label as period,
    s.quarter_end_date as end_date, count(*) as live_datasets, count(*) as live_groups,
    count(*) filter (status not in ('not_measurable', 'insufficient_evidence')) as judged_datasets,
    count(*) filter (status = 'used') as used, count(*) filter (status = 'borderline') as borderline,
    count(*) filter (status = 'barely_used') as barely_used, count(*) filter (status = 'unused') as unused,
    count(*) filter (status = 'unreachable') as unreachable,
    count(*) filter (status = 'insufficient_evidence') as insufficient_evidence,
    count(*) filter (status = 'not_measurable') as not_measurable,
    count(*) filter (s.is_provisional) as provisional
from dataset_status_quarter as s
inner join dim_dataset as d using (dataset_id)
group by all;

insert into quarter_movement by name
with quarters as (
    select quarter_label, quarter_end_date,
        lag(quarter_label) over (order by quarter_end_date) as previous_label
    from (select distinct quarter_label, quarter_end_date from dim_date, edge_setting where quarter_end_date <= as_of_date)
),
pairs as (
    select q.quarter_label, q.quarter_end_date, q.previous_label, n.dataset_id, o.status as from_status,
        n.status as to_status, n.uses, o.uses as previous_uses, o.measured_days as previous_measured_days,
        n.measured_days
    from quarters as q
    inner join dataset_status_quarter as n on n.quarter_label = q.quarter_label
    left join dataset_status_quarter as o on o.quarter_label = q.previous_label and o.dataset_id = n.dataset_id
    where q.previous_label is not null
    union all
    select q.quarter_label, q.quarter_end_date, q.previous_label, o.dataset_id, o.status, null, null, o.uses,
        o.measured_days, null
    from quarters as q
    inner join dataset_status_quarter as o on o.quarter_label = q.previous_label
    where not exists (
        from dataset_status_quarter as n where n.quarter_label = q.quarter_label and n.dataset_id = o.dataset_id
    )
)
select dataset_id, quarter_label, quarter_end_date, previous_label as previous_quarter_label,
    case when from_status is null then 'new' when to_status is null then 'removed'
        when from_status <> to_status then 'status_changed' else 'unchanged' end as movement,
    from_status, to_status,
    case when from_status is null or to_status is null or from_status = to_status then null
        when 'not_measurable' in (from_status, to_status) or 'insufficient_evidence' in (from_status, to_status)
            then 'measurement'
        else 'use' end as change_source, false as is_replaced, uses, previous_uses, measured_days,
    previous_measured_days
from pairs;

insert into usage_concentration by name
with ordered as (
    select period, start_date, end_date, all_uses, row_number() over (partition by period order by all_uses, dataset_id) as place,
        count(*) over (partition by period) as n, sum(all_uses) over (partition by period) as total,
        row_number() over (partition by period order by all_uses desc, dataset_id) as top
    from dataset_usage
    where measured_days > 0
)
select q.period, q.start_date, q.end_date, count(place) as dataset_count, count(*) filter (all_uses = 0) as unused_count,
    q.unmeasured as unmeasured_count, coalesce(sum(all_uses), 0) as client_days,
    round(sum((2 * place - n - 1) * all_uses) / nullif(any_value(n) * any_value(total), 0), 4) as gini,
    cast(least(count(place), 1) as bigint) as top_1_percent_count,
    round(max(all_uses) / nullif(any_value(total), 0), 4) as top_1_percent_share,
    cast(least(count(place), 1) as bigint) as top_10_percent_count,
    round(max(all_uses) / nullif(any_value(total), 0), 4) as top_10_percent_share,
    case when sum(all_uses) > 0 then 1 end as count_for_80_percent
from (
    select period, min(start_date) as start_date, max(end_date) as end_date, count(*) filter (measured_days = 0) as unmeasured
    from dataset_usage group by period
) as q
left join ordered using (period)
group by all;

insert into usage_lorenz by name
select period, 0 as point_number, 0 as dataset_count, 0 as client_days, 0.0 as dataset_share,
    case when client_days > 0 then 0.0 end as use_share
from usage_concentration where dataset_count > 0
union all
select period, place, place, running, round(place / n, 4), round(running / nullif(total, 0), 4)
from (
    select period, row_number() over w as place, sum(all_uses) over w as running,
        count(*) over (partition by period) as n, sum(all_uses) over (partition by period) as total
    from dataset_usage
    where measured_days > 0
    window w as (partition by period order by all_uses, dataset_id rows between unbounded preceding and current row)
);

insert into threshold_sensitivity by name
select scenario, threshold, 1.5 as dispersion, status as base_status,
    case when scenario = 'double' and status = 'borderline' then 'barely_used' else status end as status,
    scenario = 'double' and status = 'borderline' as is_changed, count(*) as dataset_count
from dataset_status
cross join (
    values ('base', 5), ('half', 2.5), ('double', 10), ('without_machines', 5), ('with_suspected_robots', 5), ('with_staff', 5)
) as scenarios(scenario, threshold)
group by all;
