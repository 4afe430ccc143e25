-- What lists of cases and the index of names are read from; nothing here needs a key.

-- Whether somebody here has to act: who owns the state, as the program has it (a test compares the two).
alter table case_file add column ours integer generated always as (
    case
        when status in ('DELIVERED', 'OPENED', 'ACCEPTED', 'WAITLISTED', 'IN_PROGRESS') then side = 'PROVIDER'
        when status = 'CANCELLED_CONSENT' then 1
        else side = 'REFERRER'
    end
) virtual;

-- Lists are read from this index alone, in the order in which they are shown, and counted from it.
create index case_file_board on case_file (hidden, over, due_ms, number, ours, side, status, peer, kind);
create index case_file_peer on case_file (peer, number);
create index case_file_grant on case_file (grant_id) where grant_id is not null;

-- Which names in memory are out of date: the last change of each case and consent record. Grows with seq.
create table name_change (
    name text primary key,
    seq integer not null
) strict, without rowid;
create index name_change_seq on name_change (seq, name);

create trigger name_change_named after insert on vault_names begin
    insert into name_change (name, seq)
    values (new.name, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1)
    on conflict (name) do update set seq = excluded.seq;
end;
create trigger name_change_forgotten after delete on vault_names begin
    insert into name_change (name, seq)
    values (old.name, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1)
    on conflict (name) do update set seq = excluded.seq;
end;
create trigger name_change_given after insert on vault_access begin
    insert into name_change (name, seq)
    values (new.name, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1)
    on conflict (name) do update set seq = excluded.seq;
end;
create trigger name_change_seen after update of sees on vault_access begin
    insert into name_change (name, seq)
    values (new.name, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1)
    on conflict (name) do update set seq = excluded.seq;
end;
create trigger name_change_taken after delete on vault_access begin
    insert into name_change (name, seq)
    values (old.name, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1)
    on conflict (name) do update set seq = excluded.seq;
end;
-- A consent that ended closes what came under it; an answer says why it is kept.
create trigger name_change_ended after update of ended_ms on consent_grant begin
    insert into name_change (name, seq)
    select number, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1
    from case_file where grant_id = new.grant_id
    on conflict (name) do update set seq = excluded.seq;
end;
create trigger name_change_answered after update of answer on case_message begin
    insert into name_change (name, seq)
    values (new.number, coalesce((select seq from name_change order by seq desc limit 1), 0) + 1)
    on conflict (name) do update set seq = excluded.seq;
end;
