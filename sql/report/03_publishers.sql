-- Publishers
--
-- One row for each publisher, by name, and a last one for all; by the 365 days to the quarter's
-- end.
--
-- key: 1
-- for: portal
--
-- publisher    Publisher: The publisher.
-- live         In the catalogue (count): Datasets at the quarter's end.
-- judged       Judged (count): Datasets of which enough was seen to say something.
-- used         Used (count): Datasets with this status.
-- borderline   Borderline (count): Datasets with this status.
-- barely_used  Barely used (count): Datasets with this status.
-- unused       Unused (count): Datasets with this status.
-- low          Unused or barely used (count): Both together.
-- unreachable  Unreachable (count): Datasets with this status.
-- not_visible  Not visible (count): Datasets of which too little or nothing could be seen.
-- low_change   Change of little used (count): Barely used and unused datasets, more or fewer than a
--     quarter before.
-- not_visible_change  Change of not visible (count): Datasets that could not be judged, more or
--     fewer than a quarter before.
-- so_far       Little used so far (count): Barely used and unused ones that have been watched for
--     too short a time for a final word.

with

lines as (
    select
        case when publisher_id = '' then 2 else 1 end as line_number,
        publisher_id,
        publisher_id as owner_id,
        publisher,
        period,
        live_datasets,
        judged_datasets,
        used,
        borderline,
        barely_used,
        unused,
        unreachable,
        insufficient_evidence + not_measurable as not_visible,
        provisional
    from publisher_usage
    where period in ($quarter, $previous)

    union all

    select
        3 as line_number,
        'all' as publisher_id,
        publisher_id as owner_id,
        'All publishers' as publisher,
        period,
        live_datasets,
        judged_datasets,
        used,
        borderline,
        barely_used,
        unused,
        unreachable,
        insufficient_evidence + not_measurable as not_visible,
        provisional
    from publisher_usage
    where period in ($quarter, $previous)
),

summed as (
    select
        line_number,
        publisher_id,
        publisher,
        period,
        cast(sum(live_datasets) as bigint) as live,
        cast(sum(judged_datasets) as bigint) as judged,
        cast(sum(used) as bigint) as used,
        cast(sum(borderline) as bigint) as borderline,
        cast(sum(barely_used) as bigint) as barely_used,
        cast(sum(unused) as bigint) as unused,
        cast(sum(barely_used + unused) as bigint) as low,
        count(*) filter (where live_datasets > 0 and owner_id <> '') as publishers,
        count(*) filter (where barely_used + unused > 0 and owner_id <> '')
            as publishers_with_low,
        count(*) filter (where judged_datasets > 0 and owner_id <> '') as publishers_judged,
        cast(sum(unreachable) as bigint) as unreachable,
        cast(sum(not_visible) as bigint) as not_visible,
        cast(sum(provisional) as bigint) as so_far
    from lines
    group by line_number, publisher_id, publisher, period
),

earlier as (
    select publisher_id, low, not_visible
    from summed
    where period = $previous
)

select
    case when summed.publisher_id = '' then 'No publisher' else summed.publisher end as publisher,
    summed.publisher_id as _publisher_id,
    summed.live,
    summed.judged,
    summed.used,
    summed.borderline,
    summed.barely_used,
    summed.unused,
    summed.low,
    summed.publishers as _publishers,
    summed.publishers_with_low as _publishers_with_low,
    summed.publishers_judged as _publishers_judged,
    summed.unreachable,
    summed.not_visible,
    case
        when $previous <> ''
            then summed.low - coalesce(earlier.low, 0)
    end as low_change,
    case
        when $previous <> '' then summed.not_visible - coalesce(earlier.not_visible, 0)
    end as not_visible_change,
    summed.so_far
from summed
left join earlier on earlier.publisher_id = summed.publisher_id
where summed.period = $quarter and summed.live > 0
order by summed.line_number, summed.publisher, summed.publisher_id
