-- Where people came from, as tools count it
--
-- One row for each of the 50 sites from which most people came in the quarter by each tool that
-- counts. The logs see the same people: never add the two.
--
-- key: 3
-- confidential: visits
--
-- source   Source: The tool that counts.
-- medium   Kind of site (word): What kind of site it is.
-- site     Site: Its name, or its registrable domain.
-- visits   Visits (count): What the tool counted: of the datasets' pages or, where it tells no
--     more, of the whole site.
-- unit     Unit (word): What it counts.

with

totals as (
    select source, medium, referrer_name, unit, visits
    from referrer_total
    where period = $quarter and source <> 'log' and $publisher = ''

    union all

    select
        referrer_usage.source,
        referrer_usage.medium,
        referrer_usage.referrer_name,
        referrer_usage.unit,
        cast(sum(referrer_usage.visits) as bigint) as visits
    from referrer_usage
    inner join dim_dataset on dim_dataset.dataset_id = referrer_usage.dataset_id
    where
        referrer_usage.period = $quarter
        and referrer_usage.source <> 'log'
        and dim_dataset.publisher_id = $publisher
    group by
        referrer_usage.source,
        referrer_usage.medium,
        referrer_usage.referrer_name,
        referrer_usage.unit
),

ranked as (
    select
        source,
        medium,
        referrer_name,
        unit,
        visits,
        row_number() over (
            partition by source
            order by visits desc, medium, referrer_name, unit
        ) as place
    from totals
)

select
    source,
    medium,
    case when referrer_name = '' then 'not named' else referrer_name end as site,
    visits,
    unit
from ranked
where place <= 50
order by source, place
