-- What the verdicts depend on: how many datasets change their status if a rule were another.
--
-- half and double are of the threshold. low are datasets unused or barely used then; changed those
-- with another status than now, and newly_low and no_longer_low those who join or leave the low.
-- The table threshold_sensitivity says from which status to which.
with moves as (
    select
        scenario,
        threshold,
        dispersion,
        dataset_count,
        is_changed,
        base_status in ('unused', 'barely_used') as was_low,
        status in ('unused', 'barely_used') as is_low
    from threshold_sensitivity
)
select
    scenario,
    threshold,
    dispersion,
    sum(if(is_low, dataset_count, 0))::bigint as low,
    sum(if(is_changed, dataset_count, 0))::bigint as changed,
    sum(if(is_low and not was_low, dataset_count, 0))::bigint as newly_low,
    sum(if(was_low and not is_low, dataset_count, 0))::bigint as no_longer_low
from moves
group by scenario, threshold, dispersion
order by case scenario when 'base' then 0 when 'half' then 1 when 'double' then 2 else 3 end,
    scenario;
