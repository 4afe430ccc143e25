-- What of a case or consent record only its workers read, although the node works with the rest while nobody is signed
-- in: the own case number, and where the paper lies. It is sealed for the vault; `mark` is a hash of the number under
-- the node's key, by which it is found without being read.
create table own (
    name text primary key,
    mark blob not null check (length(mark) = 32),
    sealed_own blob not null check (length(sealed_own) >= 29)
) strict, without rowid;
create index own_mark on own (mark);
