-- Confirming and changing addresses, resetting passwords; letters on their way; the audit trail.
-- Tokens are kept as SHA-256 digests in hexadecimal: who reads the table cannot use them.

alter table users
    add column verification_expires timestamptz,
    add column pending_email        varchar(255) check (pending_email = lower(pending_email)),
    add column email_change_token   varchar(255) unique,
    add column email_change_expires timestamptz,
    add column erased_at            timestamptz;
update users set verification_token = encode(sha256(verification_token::bytea), 'hex')
where verification_token is not null;
create index users_newest_idx on users (created_at desc, id desc);

-- A letter is deleted when it has been sent, and kept without its text when it cannot be.
create table letters (
    id         bigint generated always as identity primary key,
    user_id    uuid references users on delete cascade,
    recipient  varchar(255) not null,
    letter     jsonb not null,
    created_at timestamptz not null,
    due_at     timestamptz not null,
    attempts   integer not null default 0,
    last_error varchar(500),
    failed_at  timestamptz
);
create index letters_due_idx on letters (due_at) where failed_at is null;
create index letters_user_idx on letters (user_id);

-- Who did what to whose account, grades and money. No foreign keys: it outlives what it tells of.
create table audit_trail (
    id            bigint generated always as identity primary key,
    at            timestamptz not null,
    by_id         uuid not null,
    action        varchar(100) not null,
    resource_type varchar(100) not null,
    resource_id   varchar(100) not null,
    details       jsonb not null default '{}'
);
create index audit_trail_resource_idx on audit_trail (resource_type, resource_id);
