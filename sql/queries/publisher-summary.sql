-- How many datasets of each publisher have which status.
--
-- param: publisher (publisher, optional) a publisher's name, or part of it; without it, all
select
    publisher,
    count(*) as datasets,
    count(*) filter (where status = 'used') as used,
    count(*) filter (where status = 'borderline') as borderline,
    count(*) filter (where status = 'barely_used') as barely_used,
    count(*) filter (where status = 'unused') as unused,
    count(*) filter (where status = 'unreachable') as unreachable,
    count(*) filter (where status = 'insufficient_evidence') as insufficient,
    count(*) filter (where status = 'not_measurable') as not_measurable
from dataset_status
where $publisher is null or publisher_id = $publisher
group by publisher_id, publisher
order by barely_used + unused desc, publisher, publisher_id;
