-- Days that the operator accepted or voided, by the last word on each. A word that was withdrawn
-- is not here: the day is judged by its lines again.
--
-- grain: subject_kind, subject, day
--
-- subject_kind  log or host
-- subject       its name
-- day           UTC day, from first_date to as_of_date
-- verdict       accept (it counts as seen although its lines have a gap) or void (it counts as not
--     seen although they have none)
-- note          why, in the operator's words
-- made_by       who said so; in the warehouse only

with

last_words as (
    select
        stg_day_override.subject_kind,
        stg_day_override.subject,
        dim_date.day,
        max(stg_day_override.override_id) as override_id
    from stg_day_override
    inner join dim_date
        on dim_date.day >= stg_day_override.from_date
        and dim_date.day <= stg_day_override.to_date
    group by stg_day_override.subject_kind, stg_day_override.subject, dim_date.day
)

select
    last_words.subject_kind,
    last_words.subject,
    last_words.day,
    stg_day_override.verdict,
    stg_day_override.note,
    stg_day_override.made_by
from last_words
inner join stg_day_override on stg_day_override.override_id = last_words.override_id
where stg_day_override.verdict <> 'withdraw'
