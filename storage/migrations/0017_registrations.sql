-- Private registrations: what somebody wants to register, until the address is confirmed. Each try is a
-- row of its own, with its own password.
create table registrations (
    id            uuid primary key,
    email         varchar(255) not null check (email = lower(email)),
    password_hash varchar(255) not null,
    role          text not null check (role in ('student', 'educator')),
    full_name     varchar(255) not null,
    -- The digest of the token in the e-mail; null before that is queued.
    token         varchar(255) unique,
    expires_at    timestamptz not null,
    created_at    timestamptz not null
);
create index registrations_email on registrations (email);
create index registrations_expires on registrations (expires_at);
