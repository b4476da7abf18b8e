-- The quarter in figures
--
-- One row for each figure, by the 365 days to the quarter's end.
--
-- key: 1
--
-- figure      Figure (word): What is counted.
-- datasets    Datasets (count): Datasets at the quarter's end.
-- live_share  Share of all (share): Share of all datasets in the catalogue.
-- judged_share  Share of those judged (share): Share of the datasets that could be judged.

with

lines as (
    select line_number, line
    from (
        values
            (1, 'in_catalogue'),
            (2, 'judged'),
            (3, 'used'),
            (4, 'low'),
            (5, 'low_so_far'),
            (6, 'unreachable'),
            (7, 'used_and_broken'),
            (8, 'not_visible'),
            (9, 'insufficient_evidence'),
            (10, 'not_measurable')
    ) as names (line_number, line)
),

verdicts as (
    select
        dataset_status_quarter.status,
        dataset_status_quarter.is_provisional,
        dataset_status_quarter.is_broken,
        dataset_status_quarter.status not in ('insufficient_evidence', 'not_measurable')
            as is_judged
    from dataset_status_quarter
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
    where
        dataset_status_quarter.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

counts as (
    select
        count(*) as in_catalogue,
        count(*) filter (where is_judged) as judged,
        count(*) filter (where status = 'used') as used,
        count(*) filter (where status in ('unused', 'barely_used')) as low,
        count(*) filter (where status in ('unused', 'barely_used') and is_provisional)
            as low_so_far,
        count(*) filter (where status = 'unreachable') as unreachable,
        count(*) filter (where status = 'used' and is_broken) as used_and_broken,
        count(*) filter (where not is_judged) as not_visible,
        count(*) filter (where status = 'insufficient_evidence') as insufficient_evidence,
        count(*) filter (where status = 'not_measurable') as not_measurable
    from verdicts
),

figures as (
    select
        lines.line_number,
        lines.line,
        case lines.line
            when 'in_catalogue' then counts.in_catalogue
            when 'judged' then counts.judged
            when 'used' then counts.used
            when 'low' then counts.low
            when 'low_so_far' then counts.low_so_far
            when 'unreachable' then counts.unreachable
            when 'used_and_broken' then counts.used_and_broken
            when 'not_visible' then counts.not_visible
            when 'insufficient_evidence' then counts.insufficient_evidence
            else counts.not_measurable
        end as datasets,
        counts.in_catalogue,
        counts.judged
    from lines
    cross join counts
)

select
    line as figure,
    datasets,
    round(cast(datasets as double) / nullif(cast(in_catalogue as double), 0e0), 4) as live_share,
    '[z]' as live_share_mark,
    case
        when line in ('in_catalogue', 'not_visible', 'insufficient_evidence', 'not_measurable')
            then cast(null as double)
        else round(cast(datasets as double) / nullif(cast(judged as double), 0e0), 4)
    end as judged_share,
    '[z]' as judged_share_mark
from figures
order by line_number
