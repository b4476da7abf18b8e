-- How many datasets moved from which status to which, quarter by quarter.
--
-- by_measurement is how many of them changed only in what was measured. not_known: they may have
-- lapsed or be newly used, but the facts do not go back two years. Empty statuses are those of
-- datasets that were not in the catalogue yet, or no longer.
-- param: quarter (text, optional) a quarter such as 2026Q1; without it, all
select
    quarter_label as quarter,
    from_status as was,
    to_status as is_now,
    count(*) as datasets,
    count(*) filter (change_source = 'measurement') as by_measurement,
    count(*) filter (is_lapsed) as lapsed,
    count(*) filter (is_newly_used) as newly_used,
    count(*) filter (is_lapsed is null or is_newly_used is null) as not_known,
    count(*) filter (former_name is not null) as renamed
from quarter_movement
where $quarter is null or quarter_label = $quarter
group by quarter_label, quarter_end_date, from_status, to_status
order by quarter_end_date desc, was nulls first, is_now nulls last;
