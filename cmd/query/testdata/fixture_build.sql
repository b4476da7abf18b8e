-- The tables of the small published file about days not seen and about how tables were made.
create table source_gap (
    log varchar, coverage varchar, first_day date, first_hour bigint, last_day date,
    last_hour bigint, day_count bigint, gap_hours bigint, expected_lines bigint,
    dataset_count bigint, dataset_days bigint, verdict_count bigint
);
insert into source_gap values
    ('files', 'gap', '2026-03-01', 0, '2026-03-02', 23, 2, 48, 2000, 3, 6, 1);

create table int_day_override (
    subject_kind varchar, subject varchar, day date, verdict varchar, note varchar
);
insert into int_day_override values
    ('log', 'files', '2026-04-01', 'accept', 'the server was off');

create table build_model (
    model varchar, layer varchar, grain varchar, is_by_day boolean, holds_clients boolean,
    is_stored boolean, definition_version varchar
);
insert into build_model values
    ('int_session', 'intermediate', 'day, client_key', true, true, true, '00a1'),
    ('fct_dataset_day', 'marts', 'dataset_id, day, access_method', true, false, true, '00b2'),
    ('dataset_status', 'marts', 'dataset_id', false, false, true, '00c3');

create table build_read (model varchar, reads varchar);
insert into build_read values
    ('fct_dataset_day', 'int_session'), ('fct_dataset_day', 'build_day'),
    ('dataset_status', 'fct_dataset_day'), ('dataset_status', 'dim_dataset');

create table build_definition (
    model varchar, definition_version varchar, first_day date, last_day date, day_count bigint,
    is_current boolean
);
insert into build_definition values
    ('fct_dataset_day', '00b1', '2025-07-01', '2026-03-31', 274, false),
    ('fct_dataset_day', '00b2', '2026-04-01', '2026-06-30', 91, true);
