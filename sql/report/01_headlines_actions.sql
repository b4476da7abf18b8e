-- The three actions worth most
--
-- One row for each action: the one of its kind that helps most datasets, and at most three.
--
-- key: 2
-- latest: all
--
-- action       Action (word): What to do.
-- subject      Where: The publisher's datasets, or the host, that it is about.
-- owner        Owner: Who can do it.
-- datasets     Datasets (count): Datasets that it helps.
-- client_days  Uses turned away (count, client-days): Client-days that asked in the quarter for
--     data and did not get it.

with

verdicts as (
    select
        dataset_status_quarter.dataset_id,
        dataset_status_quarter.status,
        dataset_status_quarter.is_provisional,
        dim_dataset.publisher
    from dataset_status_quarter
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status_quarter.dataset_id
    where
        dataset_status_quarter.quarter_label = $quarter
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
),

-- Links that do not work: those who asked for most are served first.
mends as (
    select
        1 as kind_number,
        'mend' as action,
        verdicts.publisher as subject,
        verdicts.publisher as owner,
        count(distinct verdicts.dataset_id) as datasets,
        cast(sum(broken_resource.error_client_days) as bigint) as client_days
    from broken_resource
    inner join verdicts on verdicts.dataset_id = broken_resource.dataset_id
    where broken_resource.quarter_label = $quarter and broken_resource.is_broken_now
    group by verdicts.publisher
),

-- Hosts without a log: nobody can tell what is used there.
hosts as (
    select distinct verdicts.dataset_id, dim_resource.host
    from verdicts
    inner join dim_resource
        on dim_resource.dataset_id = verdicts.dataset_id
        and dim_resource.is_live
        and dim_resource.resource_role in ('data', 'service')
    where
        verdicts.status in ('not_measurable', 'insufficient_evidence')
        and dim_resource.coverage in ('no_log', 'redirects', 'behind_cache')
),

sights as (
    select
        2 as kind_number,
        'see' as action,
        host as subject,
        'who runs ' || host as owner,
        count(*) as datasets,
        cast(null as bigint) as client_days
    from hosts
    group by host
),

reviews as (
    select
        3 as kind_number,
        'review' as action,
        verdicts.publisher as subject,
        verdicts.publisher as owner,
        count(*) as datasets,
        cast(null as bigint) as client_days
    from verdicts
    inner join review_list on review_list.dataset_id = verdicts.dataset_id
    where
        verdicts.status in ('unused', 'barely_used')
        and not verdicts.is_provisional
        and not starts_with(review_list.suggested_action, 'no action')
    group by verdicts.publisher
),

candidates as (
    select kind_number, action, subject, owner, datasets, client_days
    from mends

    union all

    select kind_number, action, subject, owner, datasets, client_days
    from sights

    union all

    select kind_number, action, subject, owner, datasets, client_days
    from reviews
),

ranked as (
    select
        kind_number,
        action,
        subject,
        owner,
        datasets,
        client_days,
        row_number() over (
            partition by kind_number
            order by coalesce(client_days, 0) desc, datasets desc, subject
        ) as kind_rank
    from candidates
),

placed as (
    select
        action,
        subject,
        owner,
        datasets,
        client_days,
        row_number() over (order by kind_rank, kind_number) as place
    from ranked
)

select
    action,
    subject,
    owner,
    datasets,
    client_days,
    '[z]' as client_days_mark
from placed
where place <= 3
order by place
