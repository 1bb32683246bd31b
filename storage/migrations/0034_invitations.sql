-- How teachers bring students into a course.

-- By a link. Its token is kept as it is: teachers look at the link again, and it opens no account.
create table enrollment_links (
    id         uuid primary key,
    course_id  uuid not null references courses on delete cascade,
    token      varchar(64) not null unique,
    created_by uuid references users on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    max_uses   integer check (max_uses > 0),
    uses       integer not null default 0 check (max_uses is null or uses <= max_uses),
    revoked_at timestamptz
);
create index enrollment_links_course_idx on enrollment_links (course_id);
create index enrollment_links_created_by_idx on enrollment_links (created_by);

-- By an e-mail to an address, which need not have an account. A row goes when it is used; one that was taken
-- back ends, and is kept a day, so that taking back and inviting again is no way to send any number of e-mails.
create table enrollment_invitations (
    id         uuid primary key,
    course_id  uuid not null references courses on delete cascade,
    email      varchar(255) not null,  -- as in users: normalised before it gets here
    invited_by uuid references users on delete set null,
    sent_at    timestamptz not null,
    emails     integer not null default 1,
    expires_at timestamptz not null,
    unique (course_id, email)
);
create index enrollment_invitations_email_idx on enrollment_invitations (email);
create index enrollment_invitations_invited_by_idx on enrollment_invitations (invited_by);
create index enrollment_invitations_expires_idx on enrollment_invitations (expires_at);
