-- What workers see: cases, messages, consents, people, verified policy rows.
-- Content is only in columns named sealed_*; the rest is what the loops and lists need.

-- Which local user is which worker.
create table people (
    uid integer primary key,
    worker text not null,
    role text not null,
    added_ms integer not null
) strict;

-- One signed paper form.
create table consent_record (
    number text primary key,
    state text not null check (state in ('ACTIVE', 'NARROWED', 'WITHDRAWN', 'SUSPENDED')),
    valid_to_ms integer not null,
    recorded_ms integer not null,
    sealed_form blob not null check (length(sealed_form) >= 29)
) strict;

-- Grants: this institution's own (with their record), and those that came inside seals.
create table consent_grant (
    grant_id blob primary key check (length(grant_id) = 16),
    record text references consent_record (number),
    peer text not null,
    handle_out blob check (length(handle_out) = 16),
    handle_in blob check (length(handle_in) = 16),
    valid_to_ms integer not null,
    ended_ms integer,
    ended_by text,
    logged integer not null default 0,
    successor blob,
    added_ms integer not null,
    sealed_grant blob not null check (length(sealed_grant) >= 29),
    sealed_salt blob check (length(sealed_salt) >= 29)
) strict;
create index consent_grant_record on consent_grant (record, peer);
create index consent_grant_out on consent_grant (handle_out);
create index consent_grant_in on consent_grant (handle_in);

-- One conversation with one institution, under this institution's own number.
create table case_file (
    number text primary key,
    thread blob not null check (length(thread) = 16),
    peer text not null,
    kind text not null check (kind in ('REFERRAL', 'INFO', 'CONSULT', 'NOTICE')),
    side text not null check (side in ('REFERRER', 'PROVIDER')),
    status text not null,
    over integer not null,
    due_ms integer not null,
    grant_id blob,
    created_ms integer not null,
    version integer not null,
    sealed_file blob not null check (length(sealed_file) >= 29),
    unique (thread, peer, side)
) strict;
create index case_file_due on case_file (over, due_ms);

-- Messages of a case, sent and received. sealed_content is null once it was deleted.
create table case_message (
    direction text not null check (direction in ('IN', 'OUT')),
    peer text not null,
    message_id blob not null check (length(message_id) = 16),
    number text not null references case_file (number),
    kind text not null,
    handle blob,
    grant_id blob,
    state text not null,
    at_ms integer not null,
    expires_ms integer not null,
    opened_ms integer,
    answer text check (answer in ('KEPT_ON_BASIS', 'DELETED')),
    envelope_hash blob,
    leaf_index integer,
    sealed_content blob check (length(sealed_content) >= 29),
    primary key (direction, peer, message_id)
) strict;
create index case_message_number on case_message (number, at_ms);
create index case_message_handle on case_message (handle);

-- What happened in a case, for people.
create table case_event (
    event_id blob primary key check (length(event_id) = 16),
    number text not null references case_file (number),
    at_ms integer not null,
    sealed_event blob not null check (length(sealed_event) >= 29)
) strict;
create index case_event_number on case_event (number, at_ms);

-- Policy rows that this institution's data-protection officer verified.
create table overlay (
    row text primary key,
    verified_by text not null,
    verified_on text not null,
    digest text not null check (length(digest) = 64)
) strict;
