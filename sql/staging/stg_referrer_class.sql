-- By what medium a referring page brings its readers.
--
-- grain: referrer_id
--
-- referrer_id    see stg_referrer
-- medium         direct, internal, search, social, email, ai_assistant, government, and so on
-- referrer_name  name of the site

select
    referrer_id,
    min(medium) as medium,
    min(referrer_name) as referrer_name
from traffic.referrer_class
group by referrer_id
