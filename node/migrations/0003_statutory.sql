-- What needs no consent: cases that stand apart, the second person, what is owed by when, outages.

-- SQLite cannot change a check, so cases get a new table, and with it the two that refer to it.
-- hidden: the first message's row says that the person concerned never sees it; such a case is in
-- no ordinary list, count or search.
create table case_file_next (
    number text primary key,
    thread blob not null check (length(thread) = 16),
    peer text not null,
    kind text not null check (kind in (
        'REFERRAL', 'INFO', 'CONSULT', 'NOTICE',
        'SIGNAL', 'ALERT', 'NK', 'CRIME', 'COURT', 'QUERY', 'TRANSFER', 'MEDIATION'
    )),
    side text not null check (side in ('REFERRER', 'PROVIDER')),
    status text not null,
    over integer not null,
    due_ms integer not null,
    grant_id blob,
    created_ms integer not null,
    version integer not null,
    sealed_file blob not null check (length(sealed_file) >= 29),
    hidden integer not null default 0 check (hidden in (0, 1)),
    unique (thread, peer, side)
) strict;
insert into case_file_next
    (number, thread, peer, kind, side, status, over, due_ms, grant_id, created_ms, version, sealed_file)
    select number, thread, peer, kind, side, status, over, due_ms, grant_id, created_ms, version, sealed_file
    from case_file order by rowid;

create table case_message_next (
    direction text not null check (direction in ('IN', 'OUT')),
    peer text not null,
    message_id blob not null check (length(message_id) = 16),
    number text not null references case_file_next (number),
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
insert into case_message_next
    (direction, peer, message_id, number, kind, handle, grant_id, state, at_ms, expires_ms, opened_ms, answer,
     envelope_hash, leaf_index, sealed_content)
    select direction, peer, message_id, number, kind, handle, grant_id, state, at_ms, expires_ms, opened_ms, answer,
     envelope_hash, leaf_index, sealed_content
    from case_message order by rowid;

create table case_event_next (
    event_id blob primary key check (length(event_id) = 16),
    number text not null references case_file_next (number),
    at_ms integer not null,
    sealed_event blob not null check (length(sealed_event) >= 29)
) strict;
insert into case_event_next (event_id, number, at_ms, sealed_event)
    select event_id, number, at_ms, sealed_event from case_event order by rowid;

-- Children first: nothing refers to a table that goes. Renaming carries the references along.
drop table case_event;
drop table case_message;
drop table case_file;
alter table case_file_next rename to case_file;
alter table case_message_next rename to case_message;
alter table case_event_next rename to case_event;
create index case_file_due on case_file (over, due_ms);
create index case_message_number on case_message (number, at_ms);
create index case_message_handle on case_message (handle);
create index case_event_number on case_event (number, at_ms);

-- Since when a worker is bound by the confidentiality declaration of the team (ISO date).
alter table people add column declared_on text;

-- A settled alarm stays as it was; the same thing rings anew when it happens again.
create table alarm_next (
    id         integer primary key,
    at_ms      integer not null,
    kind       text not null,
    subject    text not null,
    detail     text not null,
    settled_ms integer,
    settled_by text
) strict;
insert into alarm_next (id, at_ms, kind, subject, detail) select id, at_ms, kind, subject, detail from alarm;
drop table alarm;
alter table alarm_next rename to alarm;
create unique index alarm_open on alarm (kind, subject) where settled_ms is null;

-- What a second person looks at: before it leaves, or within a day after a duty went.
-- asker_uids: the local users behind the asker's name, by comma; empty for what arrived.
create table review (
    id            text primary key,
    number        text not null references case_file (number),
    stage         text not null check (stage in ('BEFORE', 'AFTER')),
    direction     text not null check (direction in ('IN', 'OUT')),
    peer          text not null,
    message_id    blob not null check (length(message_id) = 16),
    asker_uids    text not null,
    created_ms    integer not null,
    due_ms        integer not null,
    decided_ms    integer,
    decided_uid   integer,
    decision      text check (decision in ('CONFIRMED', 'REJECTED', 'OVERTAKEN')),
    alone         integer not null default 0 check (alone in (0, 1)),
    sealed_review blob not null check (length(sealed_review) >= 29),
    unique (direction, peer, message_id),
    check ((decided_ms is null) = (decision is null))
) strict;
create index review_due on review (due_ms) where decided_ms is null;

-- Spans without a hub, or in which the node did not run. to_ms is null while it lasts.
create table outage (
    id      integer primary key,
    kind    text not null check (kind in ('NO_HUB', 'NOT_RUNNING')),
    from_ms integer not null,
    to_ms   integer check (to_ms >= from_ms)
) strict;
create index outage_from on outage (from_ms);

-- What this institution owes, each with the rule that made its date. A missed date stays missed.
create table obligation (
    id          integer primary key,
    number      text not null references case_file (number),
    message_id  blob not null check (length(message_id) = 16),
    what        text not null,
    rule        text not null,
    from_ms     integer not null,
    due_ms      integer not null,
    remind_ms   integer,
    owner       text not null check (owner in ('WORKER', 'MANAGER')),
    reminded_ms integer,
    missed_ms   integer,
    done_ms     integer,
    outage      integer references outage (id),
    unique (number, what, message_id)
) strict;
create index obligation_due on obligation (due_ms) where done_ms is null;
create index obligation_number on obligation (number);

-- Statutory and vital messages of the last 24 hours by worker, for the daily quota; older ones are erased.
create table statutory_sent (
    message_id blob primary key check (length(message_id) = 16),
    worker     text not null,
    hidden     integer not null check (hidden in (0, 1)),
    at_ms      integer not null
) strict;
create index statutory_sent_worker on statutory_sent (worker, hidden, at_ms);

-- Columns of cases and messages for the acts on them: append below this line.
