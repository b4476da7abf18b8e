-- What was seen (raw), what a text means (traffic), and what was loaded when (ledger).
-- Times are UTC. Tables have no keys, since two units loading at once would conflict: staging
-- models keep one row for each id. Rows are added and never changed; where a later row overrides
-- an earlier one, staging says so.

create schema if not exists raw;

create schema if not exists traffic;

create schema if not exists ledger;

-- One request of a log. Ids are xxh3-64 hashes of the canonical texts in the tables below.
create table raw.hit (
    hit_at timestamp using compression bitpacking,
    client_key bigint using compression uncompressed,
    url_id bigint using compression uncompressed,
    agent_id bigint using compression uncompressed,
    referrer_id bigint using compression uncompressed,
    network_class enum(
        'own_group', 'contractor', 'monitoring', 'cloud', 'academic', 'government', 'other'
    ) using compression bitpacking,
    method enum(
        'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE', 'other'
    ) using compression bitpacking,
    status integer using compression bitpacking,
    response_bytes bigint using compression bitpacking,
    unit_id bigint using compression bitpacking
);

create table raw.url (
    url_id bigint using compression uncompressed,
    host varchar using compression dictionary,
    path varchar using compression fsst,
    query varchar using compression fsst,
    unit_id bigint using compression bitpacking
);

create table raw.agent (
    agent_id bigint,
    user_agent varchar,
    unit_id bigint
);

create table raw.referrer (
    referrer_id bigint using compression uncompressed,
    host varchar using compression dictionary,
    path varchar using compression fsst,
    unit_id bigint using compression bitpacking
);

-- Versions of the catalogue's records. A row is written when a sync sees a record for the first
-- time, changed (version_hash differs), or gone (is_gone); it holds from valid_from until the
-- next row of the same id in order of seen_at.
create table raw.dataset (
    dataset_id varchar,
    name varchar,
    title varchar,
    publisher_id varchar,
    record_kind varchar,
    guid varchar,
    parent_guid varchar,
    page_url varchar,
    page_url_id bigint,
    created_at timestamp,
    modified_at timestamp,
    is_gone boolean,
    version_hash bigint,
    valid_from timestamp,
    is_valid_from_assumed boolean,
    seen_at timestamp,
    unit_id bigint
);

create table raw.resource (
    resource_id varchar,
    dataset_id varchar,
    name varchar,
    format varchar,
    url varchar,
    url_id bigint,
    host varchar,
    url_type varchar,
    locator_function varchar,
    resource_type varchar,
    is_datastore_active boolean,
    created_at timestamp,
    is_gone boolean,
    version_hash bigint,
    valid_from timestamp,
    is_valid_from_assumed boolean,
    seen_at timestamp,
    unit_id bigint
);

create table raw.publisher (
    publisher_id varchar,
    name varchar,
    title varchar,
    is_gone boolean,
    version_hash bigint,
    valid_from timestamp,
    is_valid_from_assumed boolean,
    seen_at timestamp,
    unit_id bigint
);

-- Which logs speak for which hosts, as configured; rewritten by every run.
-- role: direct (the server readers reach), edge (a cache or CDN), origin (behind a cache: it may
-- prove use, never disuse). A host's logs of one replica_group are needed all together. A log is
-- needed, and speaks for its host, from from_date to until_date, both included (null: open).
-- known_at: when a run first had this line of the configuration.
create table raw.log (
    log varchar,
    host varchar,
    channel varchar,
    role varchar,
    replica_group varchar,
    from_date date,
    until_date date,
    known_at timestamp
);

-- What a canonical text means, rewritten by the step classify.
-- usage_kind: request, investigation, none (known, but no use of a dataset).
create table traffic.url_target (
    url_id bigint,
    dataset_id varchar,
    resource_id varchar,
    usage_kind varchar,
    rule varchar,
    rules_version varchar
);

create table traffic.agent_class (
    agent_id bigint,
    agent_class varchar,
    agent_name varchar,
    rules_version varchar
);

create table traffic.referrer_class (
    referrer_id bigint,
    medium varchar,
    referrer_name varchar,
    rules_version varchar
);

-- resource_role: data, service, document, page.
create table traffic.resource_role (
    resource_id varchar,
    version_hash bigint,
    resource_role varchar,
    rule varchar,
    rules_version varchar
);

create table ledger.run (
    run_id bigint,
    command varchar,
    clock_at timestamp,
    started_at timestamp,
    version varchar
);

create table ledger.run_end (
    run_id bigint,
    ended_at timestamp,
    exit_code integer,
    message varchar
);

-- The receipt of a loaded unit: bytes [start_offset, end_offset) of a stream, and what became of
-- its lines (line_count = hit_count + rejected_count + dropped_count + blank_count). A source that
-- is no log uses the number of its pull as start_offset. head_hashes are keyed hashes of the
-- stream's first lines (length:hash, comma separated), tail_hash that of the tail_length bytes
-- before end_offset.
create table ledger.unit (
    unit_id bigint,
    run_id bigint,
    source varchar,
    content_id varchar,
    stream_id varchar,
    generation bigint,
    log varchar,
    path varchar,
    start_offset bigint,
    end_offset bigint,
    head_hashes varchar,
    tail_hash varchar,
    tail_length bigint,
    line_count bigint,
    hit_count bigint,
    rejected_count bigint,
    dropped_count bigint,
    blank_count bigint,
    first_at timestamp,
    last_at timestamp,
    loaded_at timestamp,
    unique (stream_id, start_offset)
);

-- Lines of any kind by hour of the line's own time: what continuity is judged by.
create table ledger.unit_hour (
    unit_id bigint,
    log varchar,
    hour_at timestamp,
    line_count bigint,
    first_at timestamp,
    last_at timestamp
);

create table ledger.rejected_line (
    unit_id bigint,
    line_offset bigint,
    line_length bigint,
    reason varchar
);

create table ledger.dropped_count (
    unit_id bigint,
    reason varchar,
    line_count bigint
);

-- A unit or source that failed in a run: its days stay unknown.
create table ledger.failure (
    run_id bigint,
    source varchar,
    name varchar,
    message varchar,
    failed_at timestamp
);

-- A pull of a source that is no log. pull_kind: full, incremental.
create table ledger.source_pull (
    unit_id bigint,
    source varchar,
    pull_kind varchar,
    pulled_at timestamp,
    is_complete boolean,
    hides_tail boolean,
    item_count bigint
);

-- Only a cache: a file that is listed here unchanged is not opened again.
create table ledger.file_seen (
    path varchar,
    file_size bigint,
    modified_ns bigint,
    inode bigint,
    stream_id varchar,
    end_offset bigint
);

-- The UTC days that a unit's hits are of, and so the days whose salts it used.
create table ledger.hit_day (
    unit_id bigint,
    day date
);

create table ledger.resalted_day (
    unit_id bigint,
    day date
);

create table ledger.pruned_day (
    day date,
    pruned_at timestamp
);

create table ledger.model_build (
    run_id bigint,
    model varchar,
    definition_version varchar,
    row_count bigint,
    seconds double,
    built_at timestamp
);

-- A build of all models that came to its end: the next one begins after its last unit.
create table ledger.build (
    build_id bigint,
    run_id bigint,
    last_unit_id bigint,
    first_date date,
    as_of_date date,
    day_count bigint,
    version varchar,
    built_at timestamp
);

create table ledger.check_result (
    run_id bigint,
    check_name varchar,
    severity varchar,
    failing_rows bigint,
    checked_at timestamp
);

-- One row: what the models need to know besides the data.
create table build_setting (
    as_of_date date,
    first_date date,
    threshold bigint,
    page_threshold bigint,
    phi_default double,
    full_year_days bigint,
    year_start_month bigint
);

-- The days that a day-grained model has to build this time.
create table build_day (
    day date
);

-- Every day from first_date to as_of_date. weekday: 1 Monday to 7 Sunday.
create table dim_date (
    day date,
    weekday bigint,
    month_start_date date,
    quarter_start_date date,
    quarter_end_date date,
    quarter_label varchar,
    days_before bigint
);

-- How far the step classify came: with which rules, and up to which unit's texts.
create table traffic.classified (
    step varchar,
    rules_version varchar,
    last_unit_id bigint
);

-- Days whose facts are to be built though nothing of them was loaded: their hits mean something
-- else since, or a build for an earlier day took them out. Emptied when a build has ended.
create table traffic.changed_day (
    day date
);
