-- What other rules would say
--
-- One row for each rule, over the 365 days to the day on which the figures end.
--
-- key: 1
-- for: portal
-- latest: all
--
-- scenario      Rule (word): What is done otherwise.
-- threshold     Threshold (number, uses a quarter): Uses a quarter from which a dataset is used.
-- dispersion    Clustering (number): How use clusters: 1 means that people come one by one.
-- changed       Judged otherwise (count): Datasets whose status would be another.
-- used          Used (count): Datasets that would have this status.
-- borderline    Borderline (count): Datasets that would have this status.
-- barely_used   Barely used (count): Datasets that would have this status.
-- unused        Unused (count): Datasets that would have this status.
-- low           Unused or barely used (count): Both together.
-- unreachable   Unreachable (count): Datasets that would have this status.
-- not_visible   Not visible (count): Datasets that could not be judged.

select
    scenario,
    max(threshold) as threshold,
    max(dispersion) as dispersion,
    cast(coalesce(sum(case when is_changed then dataset_count end), 0) as bigint) as changed,
    cast(coalesce(sum(case when status = 'used' then dataset_count end), 0) as bigint) as used,
    cast(coalesce(sum(case when status = 'borderline' then dataset_count end), 0) as bigint)
        as borderline,
    cast(coalesce(sum(case when status = 'barely_used' then dataset_count end), 0) as bigint)
        as barely_used,
    cast(coalesce(sum(case when status = 'unused' then dataset_count end), 0) as bigint) as unused,
    cast(
        coalesce(
            sum(case when status in ('unused', 'barely_used') then dataset_count end),
            0
        ) as bigint
    ) as low,
    cast(coalesce(sum(case when status = 'unreachable' then dataset_count end), 0) as bigint)
        as unreachable,
    cast(
        coalesce(
            sum(
                case
                    when status in ('insufficient_evidence', 'not_measurable') then dataset_count
                end
            ),
            0
        ) as bigint
    ) as not_visible,
    cast(
        coalesce(
            sum(
                case
                    when status not in ('insufficient_evidence', 'not_measurable')
                        then dataset_count
                end
            ),
            0
        ) as bigint
    ) as _judged
from threshold_sensitivity
group by scenario
order by
    case scenario
        when 'base' then 1
        when 'half' then 2
        when 'double' then 3
        when 'without_machines' then 4
        when 'with_suspected_robots' then 5
        else 6
    end
