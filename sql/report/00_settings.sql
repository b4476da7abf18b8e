-- Settings of the build
--
-- One row: what the models were told. It is not shown: its digest says whether the figures rest on
-- other settings now.
--
-- for: reader

select
    first_date,
    threshold,
    page_threshold,
    phi_default,
    full_year_days,
    year_start_month,
    suspect_datasets_per_hour
from build_setting
