-- The date that people are told: one that passed stays until the state changes, while due_ms is the grace of who took
-- over and wakes the clock.
alter table case_file add column promised_ms integer not null default 0;
update case_file set promised_ms = due_ms;
drop index case_file_board;
create index case_file_board on case_file (hidden, over, promised_ms, number, ours, side, status, peer, kind);
