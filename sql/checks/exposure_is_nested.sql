-- Measured days are seen days, and those are days in the catalogue, of which a year has 365.
-- Returns the datasets that break it.
--
-- severity: error
--
-- dataset_id     the dataset
-- measured_days  days on which all hosts of its data were measured
-- seen_days      days on which one of them was
-- live_days      days in the catalogue

select dataset_id, measured_days, seen_days, live_days
from dataset_status
where
    measured_days > seen_days
    or seen_days > live_days
    or live_days > 365
    or measured_days < 0
