-- The datasets to act on: barely used and unused ones, by publisher and then by how sure it is; of
-- a publisher's, those that need no action come last. It suggests what to look at, and never to
-- delete. A note of the context register changes the suggestion, never the verdict.
--
-- A suggestion follows from numbers, by the first of these that fits: what needs none; what would
-- not be low if suspected robots counted; too early or no longer measured; tries to get its data
-- that failed; a note; used in the year before; its page has page_threshold (20) visits a quarter
-- or more; 10 visits or more in the year and none from a search engine; neither use nor visit;
-- fewer than 3 uses and a page that is unused or barely used itself. See low_reason and page_status
-- in dataset_status.
--
-- grain: review_rank
--
-- review_rank        place in the list, from 1
-- publisher_id       see dim_publisher; null: none
-- publisher          the publisher's title
-- dataset_id         see dim_dataset
-- name               name in the catalogue's URLs
-- title              title as shown to people
-- status             unused or barely_used
-- is_provisional     measured on too few days yet: look again, no more
-- low_reason         what else is known; see dataset_status
-- suggested_action   what to do next
-- note               what the context register says of it; null: nothing. See dataset_context
-- review_date        for a provisional one that is still being measured, the first day on which it
--     can be judged, UTC
-- evidence           the verdict in a sentence
-- uses               client-days with a request on measured days; by counts: the most they show
-- measured_days      days on which all hosts of its data were measured; by counts: days known
-- upper_limit        upper 95 % limit of uses a quarter; by counts: divided by the share they see
-- last_request_date  last day with a request, UTC; null: none
-- page_url           its page on the portal
-- evidence_source    what the status rests on: log, or the name of one source of counts

with

used_series as (
    select dim_dataset.guid, min(dataset_status.title) as title
    from dataset_status
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status.dataset_id
    where dataset_status.status = 'used' and dim_dataset.guid is not null
    group by dim_dataset.guid
),

-- Another record of the same dataset.
used_groups as (
    select
        dim_dataset.group_id,
        min(dataset_status.title) as title
    from dataset_status
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status.dataset_id
    where dataset_status.status = 'used'
    group by dim_dataset.group_id
),

-- Of several notes on a dataset, the first of this order decides.
ranked_notes as (
    select
        dataset_id,
        note_kind,
        note,
        row_number() over (
            partition by dataset_id
            order by
                case note_kind
                    when 'statutory' then 1
                    when 'known_copies' then 2
                    when 'seasonal' then 3
                    else 4
                end,
                note_kind
        ) as preference
    from dataset_context
),

low as (
    select
        dataset_status.publisher_id,
        dataset_status.publisher,
        dataset_status.dataset_id,
        dataset_status.name,
        dataset_status.title,
        dataset_status.status,
        dataset_status.is_provisional,
        dataset_status.low_reason,
        used_series.title as series_title,
        used_groups.title as group_title,
        ranked_notes.note_kind,
        ranked_notes.note,
        case
            -- Where no day of the last week was measured, it need not come any nearer.
            when dataset_status.is_provisional
                and case
                    when dataset_status.evidence_source <> 'log'
                        then dataset_status.count_last_date
                    else dataset_status.last_measured_date
                end > cast(build_setting.as_of_date - interval '7' day as date) then
                cast(
                    build_setting.as_of_date
                    + (
                        build_setting.full_year_days - case
                            when dataset_status.evidence_source <> 'log'
                                then dataset_status.count_days
                            else dataset_status.measured_days
                        end
                    ) * interval '1' day
                    as date
                )
        end as review_date,
        dataset_status.evidence,
        dataset_status.evidence_source,
        case
            when dataset_status.evidence_source <> 'log' then dataset_status.count_high
            else dataset_status.uses
        end as uses,
        dataset_status.all_uses,
        case
            when dataset_status.evidence_source <> 'log' then dataset_status.count_days
            else dataset_status.measured_days
        end as measured_days,
        case
            when dataset_status.evidence_source <> 'log' then dataset_status.count_upper_limit
            else dataset_status.upper_limit
        end as upper_limit,
        dataset_status.error_client_days,
        dataset_status.page_client_days,
        dataset_status.page_status,
        coalesce(suspects.status not in ('unused', 'barely_used'), false) as is_low_by_suspicion,
        coalesce(
            dataset_status.page_rate_per_quarter >= cast(build_setting.page_threshold as double),
            false
        ) as is_page_read,
        case
            when dataset_status.evidence_source <> 'log' then dataset_status.count_last_date
            else dataset_status.last_measured_date
        end as last_measured_date,
        dataset_status.last_request_date,
        dim_dataset.page_url
    from dataset_status
    inner join dim_dataset on dim_dataset.dataset_id = dataset_status.dataset_id
    cross join build_setting
    left join int_status as suspects
        on suspects.dataset_id = dataset_status.dataset_id
        and suspects.window_label = 'current'
        and suspects.scenario = 'with_suspected_robots'
    left join used_series on used_series.guid = dim_dataset.parent_guid
    left join used_groups on used_groups.group_id = dim_dataset.group_id
    left join ranked_notes
        on ranked_notes.dataset_id = dataset_status.dataset_id
        and ranked_notes.preference = 1
    where dataset_status.status in ('unused', 'barely_used')
)

select
    row_number() over (
        order by
            case when publisher_id is null then 1 else 0 end,
            publisher,
            case when coalesce(series_title, group_title) is null then 0 else 1 end,
            is_provisional,
            upper_limit,
            name,
            dataset_id
    ) as review_rank,
    publisher_id,
    publisher,
    dataset_id,
    name,
    title,
    status,
    is_provisional,
    low_reason,
    case
        when series_title is not null
            then 'no action: part of the series ' || series_title || ', which is used'
        when group_title is not null
            then 'no action: its data is also that of ' || group_title || ', which is used'
        when is_low_by_suspicion
            then 'find out who fetches it: with the suspected robots it would not be low'
        when review_date is not null then 'look again after ' || cast(review_date as varchar)
        when is_provisional
            then case
                when evidence_source <> 'log'
                    then 'ask ' || evidence_source || ' again first: nothing known since '
                else 'mend its log first: not measured since '
            end || cast(last_measured_date as varchar)
        when error_client_days > 0 then 'check its links: tries to get its data failed'
        when note_kind = 'statutory'
            then 'keep it, the law asks for it: see that people can find it'
        when note_kind = 'known_copies' then 'count its copies: people use it elsewhere'
        when note_kind = 'seasonal' then 'look at its season in the years before'
        when note_kind is not null then 'read its note first'
        when low_reason = 'lapsed' then 'see what changed: it was used in the year before'
        when is_page_read
            then 'check its links and description: its page is read, its data is hardly taken'
        when low_reason = 'no_search_arrivals'
            then 'say in its title what people search for: no search engine brings anybody'
        when status = 'unused' and page_client_days = 0 and page_status = 'unused'
            then 'ask its owner whom it is for: nobody looks at its page'
        when page_status in ('unused', 'barely_used') and all_uses < 3
            then 'help people find it, by title, keywords and links: few see its page'
        when status = 'unused' then 'ask its owner whom it is for'
        else 'see where its few users come from, and ask there'
    end as suggested_action,
    case
        when note_kind is null then cast(null as varchar)
        else note_kind || case when note = '' then '' else ': ' || note end
    end as note,
    review_date,
    evidence,
    uses,
    measured_days,
    upper_limit,
    last_request_date,
    page_url,
    evidence_source
from low
