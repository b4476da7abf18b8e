-- Datasets by status beside the same quarter a year before
--
-- One row for each status, by the 365 days to the quarter's end, and for some of them together;
-- none if the figures do not go back a year.
--
-- key: 1
--
-- status          Status (word): What can be said of the datasets.
-- datasets        Datasets (count): Datasets with this status at the quarter's end.
-- year_ago        Year before (count): Datasets with this status at the end of the same quarter a
--     year before.
-- change          Change (count): Datasets more or fewer than a year before.
-- by_use          By use (count): Part of the change because use rose or fell.
-- by_measurement  By what was seen (count): Part of the change that is only a change of what could
--     be measured.
-- by_catalogue    By the catalogue (count): Part of the change because datasets came or went.

with

lines as (
    select line_number, line, status
    from (
        values
            (1, 'used', 'used'),
            (2, 'borderline', 'borderline'),
            (3, 'barely_used', 'barely_used'),
            (4, 'unused', 'unused'),
            (5, 'low', 'barely_used'),
            (5, 'low', 'unused'),
            (6, 'unreachable', 'unreachable'),
            (7, 'judged', 'used'),
            (7, 'judged', 'borderline'),
            (7, 'judged', 'barely_used'),
            (7, 'judged', 'unused'),
            (7, 'judged', 'unreachable'),
            (8, 'insufficient_evidence', 'insufficient_evidence'),
            (9, 'not_measurable', 'not_measurable'),
            (10, 'all', 'used'),
            (10, 'all', 'borderline'),
            (10, 'all', 'barely_used'),
            (10, 'all', 'unused'),
            (10, 'all', 'unreachable'),
            (10, 'all', 'insufficient_evidence'),
            (10, 'all', 'not_measurable')
    ) as names (line_number, line, status)
),

verdicts as (
    select
        dataset_status_quarter.dataset_id,
        dataset_status_quarter.quarter_label,
        dataset_status_quarter.status,
        dataset_status_quarter.evidence_source,
        dataset_status_quarter.uses,
        dataset_status_quarter.measured_days
    from dataset_status_quarter
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
    where
        dataset_status_quarter.quarter_label in ($quarter, $year_ago)
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

counts as (
    select
        status,
        count(*) filter (where quarter_label = $quarter) as datasets,
        count(*) filter (where quarter_label = $year_ago) as year_ago
    from verdicts
    group by status
),

years as (
    select
        dataset_id,
        max(case when quarter_label = $year_ago then status end) as from_status,
        max(case when quarter_label = $quarter then status end) as to_status,
        max(case when quarter_label = $year_ago then evidence_source end) as from_source,
        max(case when quarter_label = $quarter then evidence_source end) as to_source,
        coalesce(max(case when quarter_label = $year_ago then uses end), 0) as from_uses,
        coalesce(max(case when quarter_label = $quarter then uses end), 0) as to_uses,
        coalesce(max(case when quarter_label = $year_ago then measured_days end), 0) as from_days,
        coalesce(max(case when quarter_label = $quarter then measured_days end), 0) as to_days
    from verdicts
    group by dataset_id
),

-- The uses that more or fewer measured days make at the rate before; see quarter_movement.
explained as (
    select
        from_status,
        to_status,
        from_source,
        to_source,
        to_uses - from_uses as uses_change,
        case
            when from_days = 0 then to_uses
            else cast(
                round(
                    cast(from_uses as double) / nullif(cast(from_days as double), 0e0)
                    * cast(to_days - from_days as double)
                ) as bigint
            )
        end as uses_by_measurement
    from years
),

-- By the rule of quarter_movement.
moves as (
    select
        from_status,
        to_status,
        case
            when from_status is null or to_status is null then 'catalogue'
            when from_status in ('not_measurable', 'insufficient_evidence')
                or to_status in ('not_measurable', 'insufficient_evidence')
                or from_source <> to_source
                or abs(uses_by_measurement) > abs(uses_change - uses_by_measurement)
                then 'measurement'
            else 'use'
        end as cause
    from explained
),

-- What left a status, and what came to it.
steps as (
    select cause, to_status as status, 1 as step
    from moves
    where to_status is not null and coalesce(from_status, '') <> to_status

    union all

    select cause, from_status as status, -1 as step
    from moves
    where from_status is not null and from_status <> coalesce(to_status, '')
),

changes as (
    select
        status,
        sum(case when cause = 'use' then step else 0 end) as by_use,
        sum(case when cause = 'measurement' then step else 0 end) as by_measurement,
        sum(case when cause = 'catalogue' then step else 0 end) as by_catalogue
    from steps
    group by status
),

summed as (
    select
        lines.line_number,
        lines.line,
        cast(sum(coalesce(counts.datasets, 0)) as bigint) as datasets,
        cast(sum(coalesce(counts.year_ago, 0)) as bigint) as year_ago,
        cast(sum(coalesce(changes.by_use, 0)) as bigint) as by_use,
        cast(sum(coalesce(changes.by_measurement, 0)) as bigint) as by_measurement,
        cast(sum(coalesce(changes.by_catalogue, 0)) as bigint) as by_catalogue
    from lines
    left join counts on counts.status = lines.status
    left join changes on changes.status = lines.status
    group by lines.line_number, lines.line
)

select
    line as status,
    datasets,
    year_ago,
    datasets - year_ago as change,
    by_use,
    by_measurement,
    by_catalogue
from summed
where $year_ago <> ''
order by line_number
