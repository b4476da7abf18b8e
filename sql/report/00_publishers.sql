-- Publishers that get a report of their own
--
-- One row for each publisher with a dataset in the catalogue at the quarter's end.
--
-- for: reader

select
    dim_publisher.publisher_id,
    dim_publisher.name,
    dim_publisher.title
from publisher_usage
inner join dim_publisher on dim_publisher.publisher_id = publisher_usage.publisher_id
where
    publisher_usage.period = $quarter
    and publisher_usage.live_datasets > 0
    and ($publisher = '' or publisher_usage.publisher_id = $publisher)
order by dim_publisher.title, dim_publisher.publisher_id
