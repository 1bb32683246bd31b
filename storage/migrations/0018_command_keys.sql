-- Answers to commands that a client named by a key, for a day: a repetition gets the first answer
-- (protocol/idempotency.py). `reply` is null only within the transaction of the command itself.
create table command_keys (
    user_id uuid not null,
    key     varchar(64) not null,
    digest  bytea not null,
    reply   text,
    at      bigint not null,
    primary key (user_id, key)
);
create index command_keys_at_idx on command_keys (at);
