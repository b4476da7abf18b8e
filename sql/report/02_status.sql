-- Datasets by status
--
-- One row for each status, by the 365 days to the quarter's end, and for some of them together.
--
-- key: 1
--
-- status          Status (word): What can be said of the datasets.
-- datasets        Datasets (count): Datasets with this status at the quarter's end.
-- judged_share    Share of those judged (share): Share of the datasets that could be judged.
-- previous        Quarter before (count): Datasets with this status at the end of the quarter
--     before.
-- change          Change (count): Datasets more or fewer than a quarter before.
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
    select dataset_status_quarter.quarter_label, dataset_status_quarter.status
    from dataset_status_quarter
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
    where
        dataset_status_quarter.quarter_label in ($quarter, $previous)
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

counts as (
    select
        status,
        count(*) filter (where quarter_label = $quarter) as datasets,
        count(*) filter (where quarter_label = $previous) as previous
    from verdicts
    group by status
),

moves as (
    select
        quarter_movement.from_status,
        quarter_movement.to_status,
        case
            when quarter_movement.from_status is null or quarter_movement.to_status is null
                then 'catalogue'
            else quarter_movement.change_source
        end as cause
    from quarter_movement
    inner join dim_dataset on dim_dataset.dataset_id = quarter_movement.dataset_id
    where
        quarter_movement.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
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
        cast(sum(coalesce(counts.previous, 0)) as bigint) as previous,
        cast(sum(coalesce(changes.by_use, 0)) as bigint) as by_use,
        cast(sum(coalesce(changes.by_measurement, 0)) as bigint) as by_measurement,
        cast(sum(coalesce(changes.by_catalogue, 0)) as bigint) as by_catalogue
    from lines
    left join counts on counts.status = lines.status
    left join changes on changes.status = lines.status
    group by lines.line_number, lines.line
)

select
    summed.line as status,
    summed.datasets,
    case
        when summed.line in ('insufficient_evidence', 'not_measurable', 'all')
            then cast(null as double)
        else round(
            cast(summed.datasets as double) / nullif(cast(judged.datasets as double), 0e0),
            4
        )
    end as judged_share,
    '[z]' as judged_share_mark,
    case when $previous <> '' then summed.previous end as previous,
    case when $previous <> '' then summed.datasets - summed.previous end as change,
    case when $previous <> '' then summed.by_use end as by_use,
    case when $previous <> '' then summed.by_measurement end as by_measurement,
    case when $previous <> '' then summed.by_catalogue end as by_catalogue
from summed
cross join summed as judged
where judged.line = 'judged'
order by summed.line_number
