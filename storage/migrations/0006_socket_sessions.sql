-- Where each Socket.IO client had entered, so that it can go on after its connection, or the server,
-- has ended (protocol/recovery.py). `key` is a hash of the secret that the client keeps. `left_at`
-- is null as long as it is connected to the start `writer` of its node.
create table socket_sessions (
    key     bytea primary key,
    session bytea not null,
    node    text not null,
    writer  bigint not null,
    left_at bigint
);
create index socket_sessions_left_idx on socket_sessions (left_at) where left_at is not null;
