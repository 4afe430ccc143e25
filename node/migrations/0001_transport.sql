-- What the two sync loops keep: outbox, inbox, directory, mirrored log, control items, alarms.
-- Columns named sealed_* hold nothing but values encrypted under the node's content key.

create table meta (
    name  text primary key,
    value blob not null
) strict;

-- One row for each message ever handed to the outbox. Bytes are erased when it ended.
create table outbox (
    message_id     blob primary key check (length(message_id) = 16),
    recipient      text not null,
    class          integer not null,
    handle         blob check (handle is null or length(handle) = 16),
    thread         blob not null check (length(thread) = 16),
    urgency        integer not null,
    position       integer not null unique,
    sealed_content blob check (sealed_content is null or length(sealed_content) >= 29),
    created_ms     integer not null,
    expires_ms     integer not null,
    state          text not null,
    epoch          integer not null default 0,
    seq            integer not null default 0,
    prev           blob,
    envelope_hash  blob,
    envelope       blob,
    hub_receipt    blob,
    receipt        blob,
    reason         text,
    attempts       integer not null default 0,
    next_try_ms    integer not null default 0,
    changed_ms     integer not null
) strict;
create index outbox_waiting on outbox (recipient, urgency, position) where state in ('queued', 'sealed');
create index outbox_hash on outbox (envelope_hash);
create index outbox_handle on outbox (handle) where state in ('queued', 'sealed');

-- Where each channel to a recipient stands.
create table channel_out (
    recipient     text primary key,
    epoch         integer not null,
    used_seq      integer not null,
    accepted_seq  integer not null,
    accepted_hash blob not null check (length(accepted_hash) = 32),
    unsure        integer not null default 0,
    stopped       text
) strict;

-- The largest position seen of each sender, kept for ever.
create table channel_in (
    sender text primary key,
    epoch  integer not null,
    seq    integer not null,
    hash   blob not null check (length(hash) = 32)
) strict;

-- Every envelope taken, quarantined or replaced by a tombstone, until it has expired.
create table inbox (
    envelope_hash blob primary key check (length(envelope_hash) = 32),
    sender        text not null,
    message_id    blob not null,
    epoch         integer not null,
    seq           integer not null,
    prev          blob not null,
    expires_ms    integer not null,
    outcome       text not null,
    receipt_id    integer not null references receipt (id),
    at_ms         integer not null
) strict;
create index inbox_prev on inbox (sender, prev);
create index inbox_message on inbox (sender, message_id);
create index inbox_expires on inbox (expires_ms);

-- Receipts that this node signed; sent again for every repeated delivery.
create table receipt (
    id     integer primary key,
    sender text not null,
    signed blob not null,
    at_ms  integer not null
) strict;

create table quarantine (
    envelope_hash blob primary key check (length(envelope_hash) = 32),
    sender        text not null,
    message_id    blob not null,
    reason        text not null,
    envelope      blob,
    signature     blob not null,
    expires_ms    integer not null,
    at_ms         integer not null
) strict;
create index quarantine_sender on quarantine (sender, expires_ms);

-- The mirrored directory. `entry` is the pinned one; `alarm` holds the refused successor.
create table directory (
    institution text primary key,
    entry       blob not null,
    standing    text not null,
    leaf_index  integer not null,
    alarm       blob,
    changed_ms  integer not null
) strict;

create table log_leaf (
    idx   integer primary key,
    bytes blob not null
) strict;

create table log_node (
    level integer not null,
    idx   integer not null,
    hash  blob not null check (length(hash) = 32),
    primary key (level, idx)
) strict, without rowid;

create table log_edge (
    handle_hash blob primary key check (length(handle_hash) = 32),
    grant_hash  blob not null check (length(grant_hash) = 32),
    idx         integer not null
) strict, without rowid;

-- `party` and `at_ms` are set once the signed object was fetched and found good.
create table log_withdrawal (
    handle_hash blob primary key check (length(handle_hash) = 32),
    object_hash blob not null check (length(object_hash) = 32),
    idx         integer not null,
    object      blob,
    party       text,
    at_ms       integer,
    alarmed     integer not null default 0,
    told        integer not null default 0
) strict, without rowid;

-- Handles of grants that this institution is a party of.
create table own_handle (
    handle       blob primary key check (length(handle) = 16),
    handle_hash  blob not null unique check (length(handle_hash) = 32),
    grant_hash   blob not null check (length(grant_hash) = 32),
    issuer       text not null,
    counterparty text not null
) strict, without rowid;

-- What is to be said to the hub outside envelopes: edges to register, withdrawals.
create table control (
    id            integer primary key,
    kind          text not null,
    grant_hash    blob not null check (length(grant_hash) = 32),
    body          blob not null,
    state         text not null,
    not_before_ms integer not null,
    attempts      integer not null default 0,
    leaf_index    integer,
    reason        text,
    created_ms    integer not null
) strict;
create index control_waiting on control (kind, not_before_ms) where state = 'waiting';
create index control_grant on control (grant_hash) where state = 'waiting';

create table alarm (
    id      integer primary key,
    at_ms   integer not null,
    kind    text not null,
    subject text not null,
    detail  text not null,
    unique (kind, subject)
) strict;
