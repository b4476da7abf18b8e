-- What portals and analytics tools count by themselves, and what the ledger knows of each answer.
--
-- Dates of a period are those of the tool's own time zone; both are included. A period asked again
-- is added once more: of several pulls of one source, metric and period the latest one holds.
--
-- metric: pages (views of a page), downloads, outlinks (clicks that leave for another host),
-- file_events (a tag's own event of a file taken), search_clicks (arrivals from a search engine).
-- unit: client_days (distinct visitors of the day), events (how often).

-- The sources of counts, as configured; rewritten by every run. The detection share is the part of
-- all uses that a source sees, from low to high (0 to 1); null: not given.
-- kind: ckan_tracking, counters, matomo, ga4, plausible, searchconsole, countsfile.
create table raw.count_source (
    source varchar,
    kind varchar,
    time_zone varchar,
    request_share_low double,
    request_share_high double,
    page_share_low double,
    page_share_high double,
    known_at timestamp
);

-- What a tool reports for a period, by the canonical URL that was looked at or taken.
create table raw.usage_count (
    source varchar,
    metric varchar,
    unit varchar,
    url_id bigint,
    period_start date,
    period_end date,
    value bigint,
    unit_id bigint
);

-- Where visitors came from, as a tool reports it: by canonical URL, or for the whole site (url_id
-- is null). referrer_host: where the tool names a host; else empty. medium, referrer_name: the
-- tool's own words in ours (see referrer_class); empty: the host tells.
create table raw.referral_count (
    source varchar,
    metric varchar,
    unit varchar,
    url_id bigint,
    referrer_host varchar,
    medium varchar,
    referrer_name varchar,
    period_start date,
    period_end date,
    value bigint,
    unit_id bigint
);

-- A cumulative counter, read. subject_kind: dataset or resource, subject its id in the catalogue;
-- or url, and only url_id says what it is of. counted_as: the name or address the counter
-- counts under when it was read, since a counter may start again under another one.
create table raw.counter_reading (
    source varchar,
    metric varchar,
    unit varchar,
    subject_kind varchar,
    subject varchar,
    counted_as varchar,
    url_id bigint,
    read_at timestamp,
    value bigint,
    unit_id bigint
);

-- One answer of a tool for one metric and period. is_final: the tool will change it no more.
-- hides_tail: it leaves out what is rare, so what is absent is unknown. A failed pull has no row.
-- Of a reading of counters both dates are the day it was read, UTC. is_whole: every subject of the
-- tool is in it, so that each has a count, be it zero.
create table ledger.count_pull (
    unit_id bigint,
    source varchar,
    metric varchar,
    period_start date,
    period_end date,
    pulled_at timestamp,
    is_whole boolean,
    is_final boolean,
    hides_tail boolean,
    row_count bigint,
    total_value bigint
);
