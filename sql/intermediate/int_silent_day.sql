-- Days on which a host's readers all stayed away at once: it has moved to another server, or its
-- lines go to another log, while this log goes on with its other hosts. Such a day proves nothing.
--
-- A host is silent after 28 days in a row with two readers or more each, where the fewest of them
-- times the days without any come to more than 20: so few lines as 2 a day must be missing for 11
-- days. One client that stops (a crawler that is blocked, an app that ends) silences no host.
--
-- grain: host, day
--
-- host  the host
-- day   UTC day without a reader, up to as_of_date

with

followed as (
    select
        host,
        day as last_day,
        lead(day) over (partition by host order by day) as next_day,
        min(day) over (
            partition by host order by day rows between 27 preceding and current row
        ) as first_day,
        min(reader_count) over (
            partition by host order by day rows between 27 preceding and current row
        ) as fewest_readers
    from int_host_reader_day
),

ended as (
    select
        followed.host,
        followed.last_day,
        coalesce(
            followed.next_day,
            cast(build_setting.as_of_date + interval '1' day as date)
        ) as next_day,
        followed.fewest_readers
    from followed
    cross join build_setting
    where
        followed.first_day = cast(followed.last_day - interval '27' day as date)
        and followed.fewest_readers >= 2
)

select ended.host, dim_date.day
from ended
inner join dim_date
    on dim_date.day > ended.last_day
    and dim_date.day < ended.next_day
where ended.fewest_readers * (date_diff('day', ended.last_day, ended.next_day) - 1) > 20
