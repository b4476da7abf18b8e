-- Own staff, contractors and monitors are in no published figure, and the daily facts know
-- regular clients and machines only. Returns what is there besides.
--
-- severity: error
--
-- place  the mart
-- what   the kind of visitor found in it
-- found  how many rows

select 'fct_dataset_day' as place, access_method as what, count(*) as found
from fct_dataset_day
where access_method not in ('Regular', 'Machine')
group by access_method

union all

select 'attribution_quality' as place, visitor_kind as what, count(*) as found
from attribution_quality
where visitor_kind not in ('regular', 'machine', 'robot', 'suspected_robot', 'unclassified')
group by visitor_kind
