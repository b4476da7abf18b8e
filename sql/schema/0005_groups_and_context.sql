-- Records of the catalogue that are one dataset, and what the operator knows of a dataset that no
-- log tells. Both are rewritten whole by the step classify.

-- Datasets that share a data URL or a guid. group_id is the smallest dataset_id of the group; a
-- dataset that shares nothing has no row.
create table traffic.dataset_group (
    dataset_id varchar,
    group_id varchar
);

-- The context register as configured. note_kind: statutory, seasonal, known_copies, other.
create table raw.dataset_context (
    dataset_id varchar,
    note_kind varchar,
    note varchar
);
