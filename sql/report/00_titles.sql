-- Titles that several datasets have
--
-- One row for each such title. It is not shown: such datasets are told by their names too.
--
-- for: reader
-- latest: all

select title
from dim_dataset
group by title
having count(*) > 1
order by title
