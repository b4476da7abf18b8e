-- Quarters in which a source was added or lost, or the rules of counting changed
--
-- One row for each source that a quarter's 365 days have and those to the end of the quarter before
-- have not, or the other way round, and one where other rules begin. It is not shown as a table: it
-- says where comparisons get the mark [b].
--
-- for: reader

with

over_now as (
    select
        labels.quarter_label,
        labels.quarter_end_date,
        row_number() over (order by labels.quarter_end_date desc) as age
    from (
        select distinct quarter_label, quarter_end_date
        from dim_date
    ) as labels
    inner join build_setting on labels.quarter_end_date <= build_setting.as_of_date
),

ends as (
    select quarter_label, quarter_end_date
    from over_now
    where age <= 8
),

quarters as (
    select
        quarter_label,
        quarter_end_date,
        lag(quarter_end_date) over (order by quarter_end_date) as previous_end_date
    from ends
),

source_days as (
    select log as source, day
    from fct_source_day
    where is_continuous

    union all

    select source, day
    from fct_count_day
    where is_answered
),

sources as (
    select source, min(day) as first_date, max(day) as last_date
    from source_days
    group by source
),

-- In the 365 days to a quarter's end: the first days are those before the quarter's end, and the
-- last ones those within a year of it.
seen as (
    select
        quarters.quarter_label,
        sources.source,
        sources.first_date,
        sources.last_date,
        sources.first_date <= quarters.quarter_end_date
            and date_diff('day', sources.last_date, quarters.quarter_end_date) < 365 as is_now,
        sources.first_date <= quarters.previous_end_date
            and date_diff('day', sources.last_date, quarters.previous_end_date) < 365 as was_before
    from quarters
    cross join sources
    where quarters.previous_end_date is not null
),

-- Facts whose hits are gone keep the rules by which they were counted.
rules as (
    select quarters.quarter_label, max(build_definition.last_day) as change_date
    from quarters
    inner join build_definition
        on build_definition.last_day <= quarters.quarter_end_date
        and build_definition.last_day > quarters.previous_end_date
        and build_definition.model = 'fct_dataset_day'
        and not build_definition.is_current
    group by quarters.quarter_label
)

select
    quarter_label,
    source,
    case when is_now then 'added' else 'lost' end as what,
    case when is_now then first_date else last_date end as change_date
from seen
where is_now <> was_before

union all

select quarter_label, '' as source, 'rules' as what, change_date
from rules
order by quarter_label, source
