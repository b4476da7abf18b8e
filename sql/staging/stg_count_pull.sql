-- What tools that count were asked and answered: one row for each answer, with whether it is the
-- latest one for its source, metric and period, which holds.
--
-- grain: unit_id, metric, period_start, period_end
--
-- unit_id       see stg_unit
-- source        see stg_count_source
-- metric        pages, downloads, outlinks, file_events, search_clicks or referrals
-- metric_kind   pages (of pages and search_clicks: visits of pages), files (of the other three:
--     files taken and links followed), or referrals
-- period_start  first day, in the tool's own zone
-- period_end    last day
-- pulled_at     when it was asked, UTC
-- is_whole      everything that the tool knows of the period is in it
-- is_final      the tool will change it no more
-- hides_tail    it leaves out what is rare: what is absent is unknown
-- is_latest     it holds

select
    unit_id,
    source,
    metric,
    case
        when metric in ('pages', 'search_clicks') then 'pages'
        when metric = 'referrals' then 'referrals'
        else 'files'
    end as metric_kind,
    period_start,
    period_end,
    pulled_at,
    coalesce(is_whole, false) as is_whole,
    coalesce(is_final, false) as is_final,
    coalesce(hides_tail, false) as hides_tail,
    row_number() over (
        partition by source, metric, period_start, period_end
        order by pulled_at desc, unit_id desc
    ) = 1 as is_latest
from ledger.count_pull
