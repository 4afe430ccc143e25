-- How fast an institution answers, told without opening anything: when a case sent from here was first answered by a
-- person there. Null while nobody answered, and for what was answered before this column was there.
alter table case_file add column answered_ms integer;
create index case_answered on case_file (answered_ms) where answered_ms is not null;
