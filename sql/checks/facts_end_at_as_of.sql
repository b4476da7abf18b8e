-- No figure is of a day after as_of_date. Returns the days that are.
--
-- severity: error
--
-- place  the model
-- day    UTC day

select 'fct_dataset_day' as place, fct_dataset_day.day
from fct_dataset_day
inner join build_setting on build_setting.as_of_date < fct_dataset_day.day

union

select 'int_click' as place, int_click.day
from int_click
inner join build_setting on build_setting.as_of_date < int_click.day

union

select 'int_url_day' as place, int_url_day.day
from int_url_day
inner join build_setting on build_setting.as_of_date < int_url_day.day
