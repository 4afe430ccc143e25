-- Who may sign in, under which password and with which keys; and who opened and sent what.

-- Every account is a person of the table people, so that what was written for workers holds for accounts.
-- secret_*: salt and cost of the password; the password itself and what opens the keys are nowhere.
-- sealed_check, sealed_keys: what a right password leads to, and the private half under the password; both under the
-- node's own key besides, so that nobody guesses passwords on a stolen disk. given_ms: since when somebody entitled
-- confirmed the key.
-- sealed_factor: the second factor under the node's own key, null where there is none.
create table account (
    id blob primary key check (length(id) = 16),
    login text not null unique,
    person integer not null unique references people (uid),
    role text not null check (role in ('PRACOWNIK', 'KOORDYNATOR', 'KIEROWNIK', 'ADMINISTRATOR', 'IOD')),
    state text not null check (state in ('ACTIVE', 'LOCKED', 'LEFT')),
    must_change integer not null check (must_change in (0, 1)),
    substitute blob references account (id),
    secret_salt blob not null check (length(secret_salt) = 16),
    secret_kib integer not null,
    secret_passes integer not null,
    sealed_check blob not null check (length(sealed_check) >= 29),
    key_public blob check (length(key_public) = 1216),
    sealed_keys blob check (length(sealed_keys) >= 29),
    given_by blob references account (id),
    given_ms integer,
    factor text check (factor in ('SHEET', 'TOTP')),
    sealed_factor blob check (length(sealed_factor) >= 29),
    added_ms integer not null,
    check ((key_public is null) = (sealed_keys is null)),
    check (given_ms is null or key_public is not null),
    check ((factor is null) = (sealed_factor is null))
) strict;

-- Keys that open nothing any more: of workers who left, and those before a reset.
create table account_key_revoked (
    key_id blob primary key check (length(key_id) = 16),
    account blob not null references account (id),
    revoked_ms integer not null
) strict;

-- The trail. Each row names one worker; hash covers the row and the hash before it.
create table trail (
    seq integer primary key check (seq > 0),
    at_ms integer not null,
    person integer not null,
    worker text not null,
    act text not null,
    number text not null,
    about text not null,
    hash blob not null check (length(hash) = 32)
) strict;
create index trail_number on trail (number, seq);

-- The trail finds who sent something by the name that the message carries.
create index people_worker on people (worker);
