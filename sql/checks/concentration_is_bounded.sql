-- Shares and the Gini coefficient lie between 0 and 1, the most used 10 % have no less than the
-- most used 1 %, the curve never falls, and no group's total is above what its records have.
-- Returns the periods that break it.
--
-- severity: error
--
-- period   the period
-- problem  what is wrong

select period, 'a share or the Gini coefficient is out of bounds' as problem
from usage_concentration
where
    gini < 0
    or gini > 1
    or top_1_percent_share < 0
    or top_10_percent_share > 1
    or share_for_80_percent > 1
    or top_1_percent_share > top_10_percent_share
    or unused_count > dataset_count

union all

select points.period, 'the curve falls' as problem
from usage_lorenz as points
inner join usage_lorenz as next_points
    on next_points.period = points.period
    and next_points.point_number = points.point_number + 1
where
    next_points.client_days < points.client_days
    or next_points.dataset_count <= points.dataset_count
group by points.period

union all

select usage_concentration.period, 'there is more use than the records have' as problem
from usage_concentration
left join (
    select period, sum(all_uses) as all_uses
    from dataset_usage
    group by period
) as records on records.period = usage_concentration.period
where usage_concentration.client_days > coalesce(records.all_uses, 0)
