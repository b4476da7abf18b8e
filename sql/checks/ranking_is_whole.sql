-- Each dataset of which a day was seen has one place in the ranking, the places count up from 1,
-- and a shrunk rate lies between a dataset's own and the common one. Returns the datasets that
-- break it.
--
-- severity: error
--
-- dataset_id               the dataset
-- usage_rank               its place
-- raw_rate_per_quarter     its own rate
-- shrunk_rate_per_quarter  its shrunk rate
-- common_rate_per_quarter  the common rate

with

placed as (
    select
        dataset_id,
        usage_rank,
        raw_rate_per_quarter,
        shrunk_rate_per_quarter,
        common_rate_per_quarter,
        row_number() over (order by usage_rank, dataset_id) as place
    from dataset_ranking
),

seen as (
    select dataset_id
    from dataset_status
    where measured_days > 0 or seen_days > 0
)

select
    coalesce(placed.dataset_id, seen.dataset_id) as dataset_id,
    placed.usage_rank,
    placed.raw_rate_per_quarter,
    placed.shrunk_rate_per_quarter,
    placed.common_rate_per_quarter
from placed
full outer join seen on seen.dataset_id = placed.dataset_id
where
    placed.dataset_id is null
    or seen.dataset_id is null
    or placed.usage_rank <> placed.place
    or placed.shrunk_rate_per_quarter is null
    -- Rates are rounded to a hundredth, however high they are.
    or (
        placed.shrunk_rate_per_quarter > placed.raw_rate_per_quarter + 0.01e0
        and placed.shrunk_rate_per_quarter > placed.common_rate_per_quarter + 0.01e0
    )
    or (
        placed.shrunk_rate_per_quarter < placed.raw_rate_per_quarter - 0.01e0
        and placed.shrunk_rate_per_quarter < placed.common_rate_per_quarter - 0.01e0
    )
