-- Days on which a URL of data answered well (200), but with next to nothing: an error page or a
-- service's exception sent as if all was well. A log tells the size of an answer and not its type,
-- so only a clear case is taken: at least three clients of any kind asked, all got whole answers
-- of about the same size (the largest at most twice the smallest, since an error says the same to
-- all), and on at least three days of the 91 before someone got a hundred times as much.
--
-- It hides no use: such an answer stays a Request, and no status rests on it. It cannot see an
-- error that fewer than three clients met, nor one that was there from the start; a single client
-- may have broken off, or looked at an empty corner of a map. An address that was emptied, or
-- begins anew each month, looks the same; whoever reads it has to look.
--
-- grain: url_id, day
--
-- url_id         see stg_url
-- day            UTC day
-- client_days    regular clients and machines that got such an answer
-- largest_bytes  bytes of the largest one
-- usual_bytes    bytes that it gave at least on the better days before

with

-- Nearly all URLs answer with about as much on every day, and are done here.
uneven as (
    select int_url_day.url_id, int_url.host
    from int_url_day
    inner join int_url on int_url.url_id = int_url_day.url_id
    where int_url_day.largest_bytes is not null and int_url.usage_kind = 'request'
    group by int_url_day.url_id, int_url.host
    having max(int_url_day.largest_bytes) >= 100 * min(int_url_day.largest_bytes)
),

answers as (
    select
        int_url_day.url_id,
        int_url_day.day,
        cast(sum(int_url_day.client_days) as bigint) as all_clients,
        cast(sum(int_url_day.whole_clients) as bigint) as whole_clients,
        cast(
            coalesce(
                sum(int_url_day.whole_clients) filter (
                    where int_url_day.visitor_kind in ('regular', 'machine')
                ),
                0
            ) as bigint
        ) as client_days,
        min(int_url_day.smallest_bytes) as smallest_bytes,
        max(int_url_day.largest_bytes) as largest_bytes
    from int_url_day
    inner join uneven on uneven.url_id = int_url_day.url_id
    inner join int_log_host
        on int_log_host.log = int_url_day.log
        and int_log_host.host = uneven.host
        and int_log_host.from_date <= int_url_day.day
        and (int_log_host.to_date > int_url_day.day or int_log_host.to_date is null)
    where
        int_log_host.is_counted
        and int_url_day.outcome = 'good'
        and int_url_day.method in ('GET', 'POST')
    group by int_url_day.url_id, int_url_day.day
)

select
    answers.url_id,
    answers.day,
    answers.client_days,
    answers.largest_bytes,
    min(earlier.largest_bytes) as usual_bytes
from answers
inner join answers as earlier
    on earlier.url_id = answers.url_id
    and earlier.day < answers.day
    and earlier.day >= cast(answers.day - interval '91' day as date)
    and earlier.largest_bytes >= 100 * answers.largest_bytes
where
    answers.whole_clients >= 3
    and answers.whole_clients = answers.all_clients
    and answers.largest_bytes <= 2 * answers.smallest_bytes
group by answers.url_id, answers.day, answers.client_days, answers.largest_bytes
having count(*) >= 3
