-- Review list
--
-- One row for each dataset that was unused or barely used in the 365 days to the quarter's end,
-- those with most page visits first: people look for these. What to do is advice of the day on
-- which the figures end; nothing here asks to take a dataset away.
--
-- key: 2
-- latest: reason, action
--
-- publisher      Publisher: The publisher.
-- dataset        Dataset: The dataset, with its page.
-- status         Status (word): Unused or barely used.
-- uses           Uses (count, client-days): Client-days with a request on the days seen in full; by
--     counts, the most that they show.
-- lower_limit    At least (number, uses a quarter): Lower end of the likely range of its use.
-- upper_limit    At most (number, uses a quarter): Upper end of the likely range of its use.
-- measured_days  Days visible (count, days): Days of the 365 on which all its data could be seen;
--     by counts, days that they cover.
-- last_use       Last use (date): Last day to the quarter's end with a request.
-- page_visits    Page visits (count, client-days): Client-days in the four quarters that looked at
--     information about it.
-- reason         Reason (word): What else is known.
-- evidence       Evidence: The finding in words.
-- action         Suggested action: What to do next.
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

year_usage as (
    select
        dataset_usage.dataset_id,
        cast(sum(dataset_usage.page_client_days) as bigint) as page_client_days
    from dataset_usage
    inner join (
        select distinct quarter_end_date
        from dataset_status_quarter
        where quarter_label = $quarter
    ) as reported
        on dataset_usage.end_date <= reported.quarter_end_date
        and date_diff('day', dataset_usage.end_date, reported.quarter_end_date) < 360
    where dataset_usage.period <> 'trailing_year'
    group by dataset_usage.dataset_id
),

low as (
    select
        dim_dataset.dataset_id,
        dim_dataset.name,
        dim_dataset.title,
        dim_dataset.publisher,
        dim_dataset.page_url,
        verdicts.status,
        verdicts.is_provisional,
        verdicts.evidence_source,
        case
            when verdicts.evidence_source = 'log' then verdicts.uses
            else verdicts.count_high
        end as uses,
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
        verdicts.seen_uses - verdicts.uses as other_uses,
        verdicts.last_request_date
    from dataset_status_quarter as verdicts
    inner join dim_dataset on dim_dataset.dataset_id = verdicts.dataset_id
    where
        verdicts.quarter_label = $quarter
        and verdicts.status in ('unused', 'barely_used')
        and ($publisher = '' or dim_dataset.publisher_id = $publisher)
)

select
    low.publisher,
    low.title as dataset,
    low.page_url as dataset_link,
    low.name as _name,
    low.status,
    case when low.is_provisional then '[p]' else '' end as status_mark,
    low.uses,
    case when low.evidence_source = 'log' then '' else '[e]' end as uses_mark,
    low.lower_limit,
    low.upper_limit,
    low.measured_days,
    low.last_request_date as last_use,
    case when low.evidence_source = 'log' then '[z]' else '[x]' end as last_use_mark,
    case
        when year_usage.page_client_days > 0 or seen_pages.dataset_id is not null
            then coalesce(year_usage.page_client_days, 0)
    end as page_visits,
    case
        when low.is_provisional then 'not_a_full_year'
        when dataset_status.status in ('unused', 'barely_used') then dataset_status.low_reason
    end as reason,
    '[z]' as reason_mark,
    case
        when low.evidence_source <> 'log'
            then low.evidence_source || ' counted at most ' || cast(low.uses as varchar)
                || case when low.uses = 1 then ' use on ' else ' uses on ' end
                || cast(low.measured_days as varchar) || ' days that it covers'
        when coalesce(low.uses, 0) = 0 then 'No use on '
            || cast(coalesce(low.measured_days, 0) as varchar) || ' days seen in full'
        else cast(low.uses as varchar)
            || case when low.uses = 1 then ' use on ' else ' uses on ' end
            || cast(low.measured_days as varchar) || ' days seen in full'
    end
    || case
        when coalesce(low.other_uses, 0) > 0 and low.evidence_source = 'log'
            then ', and ' || cast(low.other_uses as varchar) || ' on days seen in part'
        else ''
    end
    || case when low.is_provisional then ': so far' else ':' end
    || ' with 95 % confidence fewer than ' || cast(build_setting.threshold as varchar)
    || ' a quarter.' as evidence,
    case
        when review_list.suggested_action is not null then review_list.suggested_action
        when dataset_status.status is null then 'none: it has left the catalogue since'
        when dataset_status.status = 'unreachable' then 'mend its links: they have failed since'
        else 'none for now: more use, or less of it, could be seen since'
    end as action,
    low.page_url as page,
    '[x]' as page_mark
from low
cross join build_setting
left join year_usage on year_usage.dataset_id = low.dataset_id
left join seen_pages on seen_pages.dataset_id = low.dataset_id
left join dataset_status on dataset_status.dataset_id = low.dataset_id
left join review_list on review_list.dataset_id = low.dataset_id
order by
    coalesce(year_usage.page_client_days, 0) desc,
    low.publisher,
    low.status desc,
    low.title,
    low.name,
    low.dataset_id
