-- How much of what the logs saw each source of counts saw too, in all and by publisher.
--
-- Only datasets and days that both cover. ratio is counts by the log's client-days, from ratio_low
-- to ratio_high with 95 % confidence; drawn is the same drawn towards the common one where a
-- publisher's own evidence is thin. Logs have machines too, which no tag on a page sees.
-- param: source (text, optional) of this source only
select
    source,
    if(metric_kind = 'files', 'data', 'pages') as of,
    if(scope = 'all', 'all', coalesce(publisher, 'no publisher')) as publisher,
    dataset_count as datasets,
    log_count as log_uses,
    count_low as least,
    count_high as most,
    ratio,
    ratio_low,
    ratio_high,
    drawn_ratio as drawn,
    drawn_low,
    drawn_high
from source_agreement
where $source is null or source = $source
order by source, metric_kind, scope, log_count desc, publisher, publisher_id;
