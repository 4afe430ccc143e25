-- Whether somebody is away, so that the substitute acts.
alter table account add column away integer not null default 0 check (away in (0, 1));

-- Cases that a substitute sees only while the person is away. held: whether the substitute held the key before, so that
-- coming back takes away exactly what being away gave.
create table vault_lent (
    account blob not null references account (id),
    name text not null references vault (name),
    substitute blob not null references account (id),
    held integer not null check (held in (0, 1)),
    primary key (account, name, substitute)
) strict, without rowid;
create index vault_lent_substitute on vault_lent (substitute, name);
