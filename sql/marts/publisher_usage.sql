-- What each publisher's datasets come to, in the trailing year and in each quarter that is over:
-- to be read by publisher, in alphabetical order, and not as a ranking, since publishers differ in
-- what they publish and in how much of it can be seen.
--
-- Statuses are of each record at the period's end, by the 365 days to it; use is that of the
-- period, with the records of one dataset counted once within the publisher. A dataset two
-- publishers share counts for both.
--
-- grain: publisher_id, period
--
-- publisher_id           see dim_publisher, by what was last known of the dataset; empty: none
-- publisher              the publisher's title
-- period                 trailing_year (365 days to as_of_date), or the quarter's label
-- end_date               last day of the period, UTC
-- live_datasets          records in the catalogue at the period's end
-- live_groups            the same, records of one dataset counted once
-- judged_datasets        records with a verdict: all but not_measurable, insufficient_evidence
-- used                   records with this status; see dataset_status
-- borderline             likewise
-- barely_used            likewise
-- unused                 likewise
-- unreachable            likewise
-- insufficient_evidence  likewise
-- not_measurable         likewise
-- provisional            unused or barely used ones that are so far
-- datasets_with_use      datasets with any use in the period, groups once
-- client_days            client-days with a request in the period, groups once: a lower bound
--     where not all was measured
-- page_client_days       client-days that looked at information about them, groups once

with

statuses as (
    select
        'trailing_year' as period,
        build_setting.as_of_date as end_date,
        dataset_status.dataset_id,
        dataset_status.status,
        dataset_status.is_provisional
    from dataset_status
    cross join build_setting

    union all

    select
        quarter_label as period,
        quarter_end_date as end_date,
        dataset_id,
        status,
        is_provisional
    from dataset_status_quarter
),

periods as (
    select distinct period, end_date
    from statuses
),

judged as (
    select
        coalesce(dim_dataset.publisher_id, '') as publisher_id,
        statuses.period,
        count(*) as live_datasets,
        count(distinct dim_dataset.group_id) as live_groups,
        count(*) filter (
            where statuses.status not in ('not_measurable', 'insufficient_evidence')
        ) as judged_datasets,
        count(*) filter (where statuses.status = 'used') as used,
        count(*) filter (where statuses.status = 'borderline') as borderline,
        count(*) filter (where statuses.status = 'barely_used') as barely_used,
        count(*) filter (where statuses.status = 'unused') as unused,
        count(*) filter (where statuses.status = 'unreachable') as unreachable,
        count(*) filter (where statuses.status = 'insufficient_evidence')
            as insufficient_evidence,
        count(*) filter (where statuses.status = 'not_measurable') as not_measurable,
        count(*) filter (where statuses.is_provisional) as provisional
    from statuses
    inner join dim_dataset on dim_dataset.dataset_id = statuses.dataset_id
    group by coalesce(dim_dataset.publisher_id, ''), statuses.period
),

-- A group counts as the record of it with most use.
group_uses as (
    select
        coalesce(dim_dataset.publisher_id, '') as publisher_id,
        dataset_usage.period,
        dim_dataset.group_id,
        max(dataset_usage.all_uses) as client_days,
        max(dataset_usage.page_client_days) as page_client_days
    from dataset_usage
    inner join dim_dataset on dim_dataset.dataset_id = dataset_usage.dataset_id
    group by
        coalesce(dim_dataset.publisher_id, ''),
        dataset_usage.period,
        dim_dataset.group_id
),

used as (
    select
        publisher_id,
        period,
        count(*) filter (where client_days > 0) as datasets_with_use,
        cast(sum(client_days) as bigint) as client_days,
        cast(sum(page_client_days) as bigint) as page_client_days
    from group_uses
    group by publisher_id, period
),

publishers as (
    select coalesce(publisher_id, '') as publisher_id, min(publisher) as publisher
    from dim_dataset
    group by coalesce(publisher_id, '')
)

select
    publishers.publisher_id,
    publishers.publisher,
    periods.period,
    periods.end_date,
    coalesce(judged.live_datasets, 0) as live_datasets,
    coalesce(judged.live_groups, 0) as live_groups,
    coalesce(judged.judged_datasets, 0) as judged_datasets,
    coalesce(judged.used, 0) as used,
    coalesce(judged.borderline, 0) as borderline,
    coalesce(judged.barely_used, 0) as barely_used,
    coalesce(judged.unused, 0) as unused,
    coalesce(judged.unreachable, 0) as unreachable,
    coalesce(judged.insufficient_evidence, 0) as insufficient_evidence,
    coalesce(judged.not_measurable, 0) as not_measurable,
    coalesce(judged.provisional, 0) as provisional,
    coalesce(used.datasets_with_use, 0) as datasets_with_use,
    coalesce(used.client_days, 0) as client_days,
    coalesce(used.page_client_days, 0) as page_client_days
from publishers
cross join periods
left join judged
    on judged.publisher_id = publishers.publisher_id
    and judged.period = periods.period
left join used
    on used.publisher_id = publishers.publisher_id
    and used.period = periods.period
where judged.live_datasets > 0 or used.client_days > 0
