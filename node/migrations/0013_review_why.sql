-- What a second person wrote with a no, sealed for the vault of the case: read by who sees the case, and not by who only
-- decides about it.
alter table review add column sealed_why blob check (length(sealed_why) >= 29);
