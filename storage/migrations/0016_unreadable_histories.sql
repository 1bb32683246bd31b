-- Events that could not be read and were set aside by an operator: kept as they are, out of the way.
-- Times are milliseconds since the Unix epoch.
create table journal_set_aside (
    id           bigint generated always as identity primary key,
    kind         text not null,
    key          text not null,
    version      bigint not null,
    schema       integer not null,
    event        bytea not null,
    at           bigint not null,
    node         text not null,
    position     bigint not null,
    reason       text not null,
    set_aside_at bigint not null
);
create index journal_set_aside_address on journal_set_aside (kind, key, version);

-- The same of domain events that no subscriber can read.
create table outbox_set_aside (
    id           bigint primary key,
    kind         text not null,
    key          text not null,
    event        bytea not null,
    at           bigint not null,
    reason       text not null,
    set_aside_at bigint not null
);

-- For the look, at each start, for data of a newer version. Empty, and free, while every schema is 1.
create index journal_newer on journal (kind, schema) where schema > 1;
create index snapshots_newer on snapshots (kind, schema) where schema > 1;
