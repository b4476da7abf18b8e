-- Lorenz curve of the quarter
--
-- One row for each point of the curve: the least used part of the datasets, and its share of all
-- uses.
--
-- key: 1
-- for: portal
--
-- point          Point (count): Number of the point, from 0.
-- datasets       Datasets (count): Datasets up to this point, the least used first.
-- client_days    Uses (count, client-days): Their client-days with a request.
-- dataset_share  Share of datasets (share): Their share of the datasets counted.
-- use_share      Share of uses (share): Their share of all uses.

select
    point_number as point,
    dataset_count as datasets,
    client_days,
    dataset_share,
    use_share,
    '[z]' as use_share_mark
from usage_lorenz
where period = $quarter
order by point_number
