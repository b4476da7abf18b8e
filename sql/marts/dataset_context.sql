-- What the publisher or the portal's team knows of a dataset and no log tells, as configured. It
-- changes what the review list suggests, never a number or a status.
--
-- grain: dataset_id, note_kind
--
-- dataset_id  see dim_dataset
-- note_kind   statutory (the law asks for it), seasonal (used at a time of the year), known_copies
--     (people use it elsewhere), or other
-- note        the note in words; empty: the kind says it all

select
    stg_dataset_context.dataset_id,
    stg_dataset_context.note_kind,
    stg_dataset_context.note
from stg_dataset_context
inner join dim_dataset on dim_dataset.dataset_id = stg_dataset_context.dataset_id
