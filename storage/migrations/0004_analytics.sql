-- What happened, for analytics: every domain event of the outbox, as in the specification's "Data
-- Models". `outbox_id` makes a second delivery of the same event harmless.
create table analytics_events (
    id         uuid primary key default gen_random_uuid(),
    outbox_id  bigint not null unique,
    user_id    uuid references users on delete cascade,
    event_type varchar(100) not null,
    event_data jsonb not null,
    timestamp  timestamptz not null default now()
);
create index events_user_idx on analytics_events (user_id);
create index events_type_idx on analytics_events (event_type);
create index events_timestamp_idx on analytics_events (timestamp);
