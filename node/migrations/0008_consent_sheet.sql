-- Consents on their way: printed and not signed yet, or refused; whom they name; what people did with them.

-- SQLite cannot change a check, and other tables refer to this one: a record that nobody signed has the state
-- SUSPENDED, under which nothing is sent, and says here why. Null once it was signed.
alter table consent_record add column sheet text check (sheet in ('PREPARED', 'REFUSED'));

-- Institutions on a sheet that has no grants: nobody signed it, or the person said no to them.
create table consent_named (
    number text not null references consent_record (number),
    peer text not null,
    primary key (number, peer)
) strict, without rowid;
create index consent_named_peer on consent_named (peer, number);

-- Who did what with a record, for its page; under the record's key.
create table consent_event (
    id integer primary key,
    number text not null references consent_record (number),
    at_ms integer not null,
    sealed_event blob not null check (length(sealed_event) >= 29)
) strict;
create index consent_event_number on consent_event (number, id);

-- The message that told the other institution of the end of a grant; none where it never had anything under it.
alter table consent_grant add column notice blob check (length(notice) = 16);

-- The list is filtered, sorted and counted from these alone.
create index consent_record_list on consent_record (recorded_ms, number, valid_to_ms, state, sheet);
create index consent_record_ends on consent_record (valid_to_ms, number, state, sheet);
create index consent_grant_peer on consent_grant (peer, record) where record is not null;
