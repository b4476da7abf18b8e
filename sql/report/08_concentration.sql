-- How much of all use few datasets have
--
-- One row for the reported quarter and each it is compared with. Records of one dataset count once;
-- datasets of which no day was seen in full are left out.
--
-- key: 1
-- for: portal
--
-- quarter        Quarter: The quarter.
-- datasets       Datasets counted (count): Datasets seen in full on any day of the quarter.
-- without_use    Without use (count): Those of them without use.
-- left_out       Left out (count): Datasets of which no day was seen in full.
-- client_days    Uses (count, client-days): Client-days with a request of the datasets counted.
-- gini           Gini coefficient (number): From 0 (all used alike) to 1 (one has all use), those
--     without use included.
-- top_1_share    Share of the top 1 % (share): Share of all uses that the most used 1 % have.
-- top_10_share   Share of the top 10 % (share): Share of all uses that the most used 10 % have.
-- top_1_count    Datasets in the top 1 % (count): How many datasets that is, at least one.
-- top_10_count   Datasets in the top 10 % (count): How many datasets that is, at least one.
-- count_for_80   Datasets with 80 % of use (count): Fewest datasets that together have four fifths
--     of all uses.

select
    period as quarter,
    dataset_count as datasets,
    unused_count as without_use,
    unmeasured_count as left_out,
    client_days,
    gini,
    '[z]' as gini_mark,
    top_1_percent_share as top_1_share,
    '[z]' as top_1_share_mark,
    top_10_percent_share as top_10_share,
    '[z]' as top_10_share_mark,
    top_1_percent_count as top_1_count,
    top_10_percent_count as top_10_count,
    count_for_80_percent as count_for_80,
    '[z]' as count_for_80_mark
from usage_concentration
where period in ($quarter, $previous, $year_ago)
order by start_date desc
