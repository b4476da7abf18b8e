-- How much of all use few datasets make up, by quarter and for the last 365 days.
--
-- A Gini coefficient of 0 means that all datasets are used alike, near 1 that one has all the use;
-- unused ones are in it. Datasets of which no day was measured are left out: see unmeasured. The
-- table usage_lorenz has the points of the curve.
select
    period,
    end_date,
    dataset_count as datasets,
    unused_count as unused,
    unmeasured_count as unmeasured,
    client_days as uses,
    gini,
    round(100 * top_1_percent_share, 1) as top_1_percent_have,
    round(100 * top_10_percent_share, 1) as top_10_percent_have,
    count_for_80_percent as datasets_for_80_percent
from usage_concentration
order by period = 'trailing_year' desc, end_date desc;
