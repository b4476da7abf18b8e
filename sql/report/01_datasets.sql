-- All datasets
--
-- One row for each dataset in the catalogue at the quarter's end.
--
-- key: 1
-- for: publisher
-- latest: action
--
-- dataset        Dataset: The dataset, with its page.
-- status         Status (word): What can be said of it by the 365 days to the quarter's end.
-- reason         Reason (word): Why no more can be said.
-- uses           Uses in the year (count, client-days): Client-days with a request on any day seen
--     of these 365; where not all were seen, at least so many; by counts, the most that they show.
-- lower_limit    At least (number, uses a quarter): Lower end of the likely range of its use.
-- upper_limit    At most (number, uses a quarter): Upper end of the likely range of its use.
-- measured_days  Days visible (count, days): Days of the 365 on which all its data could be seen;
--     by counts, days that they cover.
-- last_use       Last use (date): Last day to the quarter's end with a request.
-- quarter_uses   Uses in the quarter (count, client-days): Client-days with a request in the
--     quarter.
-- page_visits    Page visits in the quarter (count, client-days): Client-days that looked at
--     information about it.
-- turned_away    Uses turned away (count, client-days): Client-days of the quarter that asked for
--     its data and got an error.
-- action         Suggested action: What to do next, as advised on the day on which the figures end.
-- page           Page (link): Its page on the portal.

with

-- Datasets whose page is on a host that was seen in the quarter: no visit of it means none.
seen_pages as (
    select distinct dim_dataset.dataset_id
    from dim_dataset
    inner join (
        select distinct int_host_day.host
        from int_host_day
        inner join dim_date
            on dim_date.day = int_host_day.day
            and dim_date.quarter_label = $quarter
        where int_host_day.is_proving
    ) as hosts
        on starts_with(dim_dataset.page_url, 'https://' || hosts.host || '/')
        or starts_with(dim_dataset.page_url, 'http://' || hosts.host || '/')
),

broken as (
    select
        dataset_id,
        cast(sum(error_client_days) as bigint) as error_client_days,
        bool_or(is_broken_now) as is_broken_now
    from broken_resource
    where quarter_label = $quarter
    group by dataset_id
)

select
    dim_dataset.title as dataset,
    dim_dataset.page_url as dataset_link,
    dim_dataset.name as _name,
    dim_dataset.publisher_id as _publisher_id,
    verdicts.status,
    case when verdicts.is_provisional then '[p]' else '' end as status_mark,
    verdicts.reason,
    '[z]' as reason_mark,
    case
        when verdicts.evidence_source <> 'log' then verdicts.count_high
        when verdicts.seen_days > 0 or verdicts.all_uses > 0 then verdicts.all_uses
    end as uses,
    case when verdicts.evidence_source = 'log' then '' else '[e]' end as uses_mark,
    case
        when verdicts.evidence_source = 'log' then verdicts.lower_limit
        else verdicts.count_lower_limit
    end as lower_limit,
    case
        when verdicts.evidence_source = 'log' then verdicts.upper_limit
        else verdicts.count_upper_limit
    end as upper_limit,
    case
        when verdicts.evidence_source = 'log' then verdicts.measured_days
        else verdicts.count_days
    end as measured_days,
    verdicts.last_request_date as last_use,
    case
        when verdicts.evidence_source = 'log' and verdicts.seen_days > 0 then '[z]'
        else '[x]'
    end as last_use_mark,
    -- Nothing seen is not nothing.
    case
        when dataset_usage.seen_days > 0 or dataset_usage.all_uses > 0 then dataset_usage.all_uses
    end as quarter_uses,
    case
        when dataset_usage.page_client_days > 0 or seen_pages.dataset_id is not null
            then coalesce(dataset_usage.page_client_days, 0)
    end as page_visits,
    coalesce(broken.error_client_days, 0) as turned_away,
    case
        when coalesce(broken.is_broken_now, false) then 'mend its links: people are turned away'
        when review_list.suggested_action is not null then review_list.suggested_action
        when verdicts.status in ('not_measurable', 'insufficient_evidence')
            and verdicts.reason in ('external_host', 'partly_measured', 'behind_cache')
            then 'ask who runs its host for the server log'
        when verdicts.reason = 'no_data_link' then 'add a link to its data'
        when verdicts.reason = 'too_new' then 'look again in the next report'
        else 'none'
    end as action,
    dim_dataset.page_url as page,
    '[x]' as page_mark
from dataset_status_quarter as verdicts
inner join dim_dataset on dim_dataset.dataset_id = verdicts.dataset_id
left join dataset_usage
    on dataset_usage.dataset_id = verdicts.dataset_id
    and dataset_usage.period = verdicts.quarter_label
left join seen_pages on seen_pages.dataset_id = verdicts.dataset_id
left join review_list on review_list.dataset_id = verdicts.dataset_id
left join broken on broken.dataset_id = verdicts.dataset_id
where
    verdicts.quarter_label = $quarter
    and ($publisher = '' or dim_dataset.publisher_id = $publisher)
order by dim_dataset.title, dim_dataset.name, verdicts.dataset_id
