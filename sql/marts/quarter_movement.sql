-- What became of each dataset from one quarter's end to the next, of those that are over: new,
-- removed, renamed, from which status to which, lapsed or newly used; and how much of a change is
-- only a change of what was measured. Two neighbouring quarters' windows of 365 days share three
-- quarters; lapsed and newly used compare with the 365 days before instead, and so need two years
-- of facts.
--
-- grain: dataset_id, quarter_label
--
-- dataset_id              see dim_dataset
-- quarter_label           the quarter; see dim_date
-- quarter_end_date        its last day, UTC
-- previous_quarter_label  the quarter before
-- movement                the first that fits: new, removed, lapsed, newly_used, status_changed,
--     renamed, unchanged
-- from_status             at the end of the quarter before; null: not in the catalogue
-- to_status               at the end of the quarter; null: not in the catalogue
-- change_source           of a changed status: use, or measurement (either side has no verdict, the
--     two rest on different sources, or the measured days changed the uses more than use did);
--     null: the status did not change
-- is_replaced             removed, but another record of the same dataset is in the catalogue
-- former_name             a name it gave up in the quarter; null: not renamed
-- is_lapsed               became unused or barely used, and was used in the 365 days before; null:
--     became so, and the facts do not go back two years
-- is_newly_used           became used, and was unused or barely used in the 365 days before; null:
--     became so, and the facts do not go back two years
-- uses                    client-days on measured days of the 365 to the quarter's end; null: none
-- previous_uses           the same to the end of the quarter before
-- measured_days           measured days of the 365 to the quarter's end
-- previous_measured_days  the same to the end of the quarter before
-- uses_by_measurement     change of uses that more or fewer measured days make at the rate before
-- uses_by_use             the rest of the change of uses

with

ends as (
    select distinct quarter_label, quarter_end_date
    from dataset_status_quarter
),

quarters as (
    select
        quarter_label,
        quarter_end_date,
        lag(quarter_label) over (order by quarter_end_date) as previous_quarter_label,
        lag(quarter_end_date) over (order by quarter_end_date) as previous_end_date,
        lag(quarter_label, 4) over (order by quarter_end_date) as year_ago_label
    from ends
),

-- Two rows for each dataset and quarter: as it is, and as it was at the end of the one before.
sides as (
    select
        quarters.quarter_label,
        dataset_status_quarter.dataset_id,
        dataset_status_quarter.status as to_status,
        cast(null as varchar) as from_status,
        dataset_status_quarter.evidence_source as to_source,
        cast(null as varchar) as from_source,
        dataset_status_quarter.uses,
        cast(null as bigint) as previous_uses,
        dataset_status_quarter.measured_days,
        cast(null as bigint) as previous_measured_days
    from dataset_status_quarter
    inner join quarters on quarters.quarter_label = dataset_status_quarter.quarter_label
    where quarters.previous_quarter_label is not null

    union all

    select
        quarters.quarter_label,
        dataset_status_quarter.dataset_id,
        cast(null as varchar) as to_status,
        dataset_status_quarter.status as from_status,
        cast(null as varchar) as to_source,
        dataset_status_quarter.evidence_source as from_source,
        cast(null as bigint) as uses,
        dataset_status_quarter.uses as previous_uses,
        cast(null as bigint) as measured_days,
        dataset_status_quarter.measured_days as previous_measured_days
    from dataset_status_quarter
    inner join quarters on quarters.previous_quarter_label = dataset_status_quarter.quarter_label
),

pairs as (
    select
        dataset_id,
        quarter_label,
        max(from_status) as from_status,
        max(to_status) as to_status,
        max(from_source) as from_source,
        max(to_source) as to_source,
        max(uses) as uses,
        max(previous_uses) as previous_uses,
        coalesce(max(measured_days), 0) as measured_days,
        coalesce(max(previous_measured_days), 0) as previous_measured_days
    from sides
    group by dataset_id, quarter_label
),

names as (
    select
        dataset_id,
        first_seen_date,
        lag(name) over (partition by dataset_id order by first_seen_date, is_current, name)
            as former_name
    from dim_dataset_name
),

renames as (
    select
        names.dataset_id,
        quarters.quarter_label,
        max_by(names.former_name, names.first_seen_date) as former_name
    from names
    inner join quarters
        on names.first_seen_date > quarters.previous_end_date
        and names.first_seen_date <= quarters.quarter_end_date
    where names.former_name is not null
    group by names.dataset_id, quarters.quarter_label
),

-- Records in the catalogue by group: a removed record may have another in its place.
live_groups as (
    select distinct pairs.quarter_label, dim_dataset.group_id
    from pairs
    inner join dim_dataset on dim_dataset.dataset_id = pairs.dataset_id
    where pairs.to_status is not null
),

compared as (
    select
        pairs.dataset_id,
        quarters.quarter_label,
        quarters.quarter_end_date,
        quarters.previous_quarter_label,
        pairs.from_status,
        pairs.to_status,
        coalesce(pairs.from_source <> pairs.to_source, false) as is_source_changed,
        pairs.uses,
        pairs.previous_uses,
        pairs.measured_days,
        pairs.previous_measured_days,
        renames.former_name,
        pairs.to_status is null and live_groups.group_id is not null as is_replaced,
        coalesce(pairs.to_status in ('unused', 'barely_used'), false)
            and coalesce(
                pairs.from_status not in ('unused', 'barely_used'),
                false
            ) as is_low_now,
        coalesce(pairs.to_status = 'used', false)
            and coalesce(pairs.from_status <> 'used', false) as is_used_now,
        case
            when quarters.year_ago_label is null then 'unknown'
            when year_ago.status is null then 'absent'
            when year_ago.status in ('not_measurable', 'insufficient_evidence') then 'unknown'
            else year_ago.status
        end as year_ago_status,
        coalesce(pairs.uses, 0) - coalesce(pairs.previous_uses, 0) as uses_change,
        case
            when pairs.from_status is null or pairs.to_status is null then cast(null as bigint)
            when pairs.previous_measured_days = 0 then coalesce(pairs.uses, 0)
            else cast(
                round(
                    cast(pairs.previous_uses as double)
                    / nullif(cast(pairs.previous_measured_days as double), 0e0)
                    * cast(pairs.measured_days - pairs.previous_measured_days as double)
                ) as bigint
            )
        end as uses_by_measurement
    from pairs
    inner join quarters on quarters.quarter_label = pairs.quarter_label
    inner join dim_dataset on dim_dataset.dataset_id = pairs.dataset_id
    left join dataset_status_quarter as year_ago
        on year_ago.dataset_id = pairs.dataset_id
        and year_ago.quarter_label = quarters.year_ago_label
    left join renames
        on renames.dataset_id = pairs.dataset_id
        and renames.quarter_label = pairs.quarter_label
    left join live_groups
        on live_groups.quarter_label = pairs.quarter_label
        and live_groups.group_id = dim_dataset.group_id
),

judged as (
    select
        dataset_id,
        quarter_label,
        quarter_end_date,
        previous_quarter_label,
        from_status,
        to_status,
        case
            when from_status is null or to_status is null or from_status = to_status
                then cast(null as varchar)
            when from_status in ('not_measurable', 'insufficient_evidence')
                or to_status in ('not_measurable', 'insufficient_evidence')
                or is_source_changed then 'measurement'
            when abs(uses_by_measurement) > abs(uses_change - uses_by_measurement)
                then 'measurement'
            else 'use'
        end as change_source,
        is_replaced,
        former_name,
        case
            when not is_low_now then false
            when year_ago_status = 'unknown' then cast(null as boolean)
            else year_ago_status = 'used'
        end as is_lapsed,
        case
            when not is_used_now then false
            when year_ago_status = 'unknown' then cast(null as boolean)
            else year_ago_status in ('unused', 'barely_used')
        end as is_newly_used,
        uses,
        previous_uses,
        measured_days,
        previous_measured_days,
        uses_by_measurement,
        uses_change - uses_by_measurement as uses_by_use
    from compared
)

select
    dataset_id,
    quarter_label,
    quarter_end_date,
    previous_quarter_label,
    case
        when from_status is null then 'new'
        when to_status is null then 'removed'
        when is_lapsed then 'lapsed'
        when is_newly_used then 'newly_used'
        when from_status <> to_status then 'status_changed'
        when former_name is not null then 'renamed'
        else 'unchanged'
    end as movement,
    from_status,
    to_status,
    change_source,
    is_replaced,
    former_name,
    is_lapsed,
    is_newly_used,
    uses,
    previous_uses,
    measured_days,
    previous_measured_days,
    uses_by_measurement,
    uses_by_use
from judged
