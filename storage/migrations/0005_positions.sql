-- The place of each event among those of all actors: what a client has of all its topics is one
-- number, the last it has seen. Each writer of the journal (a start of a node) takes a number of its
-- own and counts from there (protocol/topics.py); events from before this migration have 0.
alter table journal add column position bigint not null default 0;
create sequence journal_writers;
