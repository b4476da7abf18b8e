-- Of a period of a source of counts that reaches over the edge of a window nobody knows on which
-- side the use was: it adds nothing to the least use, and all it has to the most. So the least use
-- of a dataset in the 365 days is no more than that of the periods that lie in them whole, and the
-- most no less than theirs. Returns the datasets that break it.
--
-- severity: error
--
-- dataset_id   the dataset
-- source       the source
-- metric_kind  files or pages
-- uses_low     least use in the window
-- inside_low   least use of the periods that lie in it
-- uses_high    most use in the window
-- inside_high  most use of the periods that lie in it

with

inside as (
    select
        fct_dataset_period.dataset_id,
        fct_dataset_period.source,
        fct_dataset_period.metric_kind,
        cast(sum(fct_dataset_period.value_low) as bigint) as value_low,
        cast(sum(coalesce(fct_dataset_period.value_high, 0)) as bigint) as value_high
    from fct_dataset_period
    inner join build_window
        on build_window.window_label = 'current'
        and build_window.start_date <= fct_dataset_period.period_start
        and build_window.end_date >= fct_dataset_period.period_end
    where
        fct_dataset_period.is_final
        and fct_dataset_period.usage_kind
            = case fct_dataset_period.metric_kind
                when 'files' then 'request'
                else 'investigation'
            end
    group by
        fct_dataset_period.dataset_id,
        fct_dataset_period.source,
        fct_dataset_period.metric_kind
)

select
    int_count_window.dataset_id,
    int_count_window.source,
    int_count_window.metric_kind,
    int_count_window.uses_low,
    coalesce(inside.value_low, 0) as inside_low,
    int_count_window.uses_high,
    coalesce(inside.value_high, 0) as inside_high
from int_count_window
left join inside
    on inside.dataset_id = int_count_window.dataset_id
    and inside.source = int_count_window.source
    and inside.metric_kind = int_count_window.metric_kind
where
    int_count_window.window_label = 'current'
    and (
        int_count_window.uses_low > coalesce(inside.value_low, 0)
        or int_count_window.uses_high < coalesce(inside.value_high, 0)
    )
