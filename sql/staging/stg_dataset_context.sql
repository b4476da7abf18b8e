-- What the operator knows of a dataset and no log tells: the context register.
--
-- grain: dataset_id, note_kind
--
-- dataset_id  the dataset
-- note_kind   statutory, seasonal, known_copies, or other
-- note        the operator's words; empty: the kind says it all

select
    dataset_id,
    note_kind,
    coalesce(min(note), '') as note
from raw.dataset_context
group by dataset_id, note_kind
