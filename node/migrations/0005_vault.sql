-- Content at rest that opens only for a worker who is signed in.

-- One key pair for everything that a case (W-...) or a consent record (Z-...) holds. The node seals to the public half
-- with nobody signed in; the private half is wrapped to workers, and to the institution's recovery key.
create table vault (
    name text primary key,
    public blob not null check (length(public) = 1216),
    sealed_recovery blob not null check (length(sealed_recovery) >= 29)
) strict, without rowid;

-- Who holds the private half. sees = 0: keeps it so that the case can be given to somebody, and sees nothing of it.
create table vault_access (
    account blob not null references account (id),
    name text not null references vault (name),
    sees integer not null check (sees in (0, 1)),
    primary key (account, name)
) strict, without rowid;
create index vault_access_seen on vault_access (account, sees, name);
create index vault_access_name on vault_access (name, account);

-- The private half, wrapped to an account's key. Apart from the table above, so that lists read short rows.
create table vault_key (
    account blob not null references account (id),
    name text not null references vault (name),
    sealed_secret blob not null check (length(sealed_secret) >= 29),
    primary key (account, name)
) strict, without rowid;

-- Whom something is about, under its key: what the index of names is made of. One row for each
-- message that names; handle is the consent under which a received one came.
create table vault_names (
    id integer primary key,
    name text not null references vault (name),
    handle blob check (length(handle) = 16),
    sealed_names blob not null check (length(sealed_names) >= 29)
) strict;
create index vault_names_name on vault_names (name);
create index vault_names_handle on vault_names (handle) where handle is not null;

-- Whom a kierownik excluded from a case, and why; nobody gives it back to them unawares.
create table vault_excluded (
    name text not null references vault (name),
    account blob not null references account (id),
    by_account blob not null references account (id),
    at_ms integer not null,
    reason text not null,
    primary key (name, account)
) strict, without rowid;

-- Which new cases come to somebody.
alter table account add column receives text check (receives in ('ORDINARY', 'SAFETY', 'BOTH'));

-- The codes of a message - what it carries and asks for, on what basis - under the node's key: by them a reply is judged
-- with nobody signed in, and the data-protection officer knows what went without reading it.
alter table case_message add column sealed_codes blob check (length(sealed_codes) >= 29);

-- A draft that waits for a second person, who may be somebody without keys to the case; unsent, so under the node's key.
alter table review add column sealed_draft blob check (length(sealed_draft) >= 29);
