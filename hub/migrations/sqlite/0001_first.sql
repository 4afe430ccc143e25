-- The hub's durable state. Portable SQL except the types; times are milliseconds since 1970.

-- What this database is: region and first directory key.
create table meta (
    name text primary key,
    value text not null
);

-- Every change of the directory, oldest first: kind 0 is a signed entry, 1 a signed standing.
create table directory_item (
    revision bigint primary key,
    leaf_index bigint not null,
    institution text not null,
    kind bigint not null,
    object blob not null
);

-- One-time invitations. The secret is needed to check the MAC of whoever redeems it.
create table invitation (
    institution text primary key,
    secret blob not null,
    kind text not null,
    also_acts_as text not null,
    name text not null,
    teryt text not null,
    phone text not null,
    expires_ms bigint not null,
    request_hash blob,
    answer blob
);

-- Directed edges of consents: state 0 live, 1 withdrawn or blocked, 2 ended by a revocation.
create table edge (
    handle blob primary key,
    sender text not null,
    recipient text not null,
    valid_until_ms bigint not null,
    grant_hash blob not null,
    leaf_index bigint not null,
    state bigint not null,
    end_leaf bigint
);

-- Signed objects behind log leaves that end something: withdrawals and standings.
create table proof (
    leaf_index bigint primary key,
    object blob not null
);

-- Last accepted envelope of each ordered pair; `pair` is sender/recipient.
create table channel (
    pair text primary key,
    sender text not null,
    epoch bigint not null,
    seq bigint not null,
    last_hash blob not null
);
create index channel_by_sender on channel (sender);

-- Evidence of every accepted envelope; it outlives the body.
-- state: 0 stored, 1 offered, 2 acknowledged, 3 ended, 4 ended and its tombstone acknowledged,
-- 5 ended but acknowledged by a receipt that still arrived.
create table mail (
    id bigint primary key,
    hash blob not null,
    sender text not null,
    recipient text not null,
    message_id blob not null,
    handle blob,
    header blob not null,
    wrap_hash blob not null,
    ciphertext_hash blob not null,
    signature blob not null,
    accepted_ms bigint not null,
    expires_ms bigint not null,
    leaf_index bigint not null,
    batch_index bigint not null,
    size bigint not null,
    state bigint not null,
    uncertain bigint,
    end_cause bigint,
    ended_ms bigint,
    end_leaf bigint
);
create unique index mail_by_hash on mail (hash);
create unique index mail_by_message on mail (message_id, sender);
create index mail_waiting on mail (recipient, id) where state in (0, 1, 3);
create index mail_by_handle on mail (handle) where state in (0, 1) and handle is not null;
create index mail_by_expiry on mail (expires_ms) where state in (0, 1);

-- Sealed bytes, until the recipient's receipt or the end.
create table body (
    mail_id bigint primary key,
    wrap blob not null,
    ciphertext blob not null
);

-- News for senders: kind 1 receipt, 2 status, 3 refusal.
create table event (
    cursor bigint primary key,
    institution text not null,
    kind bigint not null,
    object blob not null,
    keep_until_ms bigint not null
);
create index event_by_institution on event (institution, cursor);
create index event_by_age on event (keep_until_ms);

-- The mail leaf of a batch: the items under its root and the proof of the leaf itself.
create table batch (
    leaf_index bigint primary key,
    items blob not null,
    leaf_path blob not null,
    checkpoint text not null
);

-- The head of the log and every counter; one row, locked once in each batch.
create table log_head (
    id bigint primary key check (id = 1),
    frontier blob not null,
    checkpoint text not null,
    signed_ms bigint not null,
    next_mail bigint not null,
    next_event bigint not null,
    next_revision bigint not null
);

create table log_leaf (
    leaf_index bigint primary key,
    bytes blob not null
);

-- Complete nodes of the tree above the leaves.
create table log_node (
    level bigint not null,
    node_index bigint not null,
    hash blob not null,
    primary key (level, node_index)
);
