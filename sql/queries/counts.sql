-- What each source of counts says of a dataset, or of all datasets, in the last 365 days.
--
-- least and most are client-days; what is used on days that a source does not know is in neither.
-- sees is the part of all use that it sees, in percent. at_least and at_most are the 95 % limits of
-- all uses a quarter that follow: none proves disuse alone where a log covers the dataset. Sources
-- see the same people, so never add them.
-- param: dataset (dataset, optional) its name, an old name, id, page address, or a part of it
-- param: source (text, optional) of this source only
-- param: limit (integer, default 100) rows at most
select
    name as dataset,
    source,
    if(metric_kind = 'files', 'data', 'page') as of,
    uses_low as least,
    uses_high as most,
    known_days as days_known,
    nullif(open_days, 0) as days_open,
    case
        when share_low is null then 'not known'
        else round(100 * share_low)::bigint || ' to ' || round(100 * share_high)::bigint
    end as sees,
    lower_limit as at_least,
    upper_limit as at_most,
    case proof when 'low' then 'little use' when 'used' then 'use' else coalesce(reason, proof) end
        as proves
from dataset_source_count
inner join dim_dataset using (dataset_id)
where ($dataset is null or dataset_id = $dataset) and ($source is null or source = $source)
order by name, dataset_id, metric_kind, source
limit $limit;
