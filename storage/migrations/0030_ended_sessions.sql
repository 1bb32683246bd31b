-- Which sessions were ended: their tokens stay refused whatever Redis forgets. A row is kept for as
-- long as a refresh token from before it could live, and then swept. `session_id` is empty where
-- every session of the account ended that had begun before `began_before`. No foreign key: signing
-- out locks no account.

create table ended_sessions (
    user_id      uuid not null,
    session_id   varchar(64) not null default '',
    began_before timestamptz not null,
    ended_at     timestamptz not null,
    primary key (user_id, session_id)
);
create index ended_sessions_ended_idx on ended_sessions (ended_at);

-- For which request something was announced, audited or counted: the `request_id` of the log.
alter table outbox add column request_id varchar(64);
alter table analytics_events add column request_id varchar(64);
alter table audit_trail add column request_id varchar(64);
