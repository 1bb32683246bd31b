-- Who may take a quiz, beside being enrolled. It is apart from the quiz, so that no version, copy or export of a quiz has it.

create table quiz_access (
    quiz_id       uuid primary key references quizzes on delete cascade,
    password_hash text,
    networks      jsonb not null default '[]',      -- in CIDR notation; empty: from anywhere
    invited_only  boolean not null default false
);

-- They count where `invited_only` says so.
create table quiz_invitations (
    quiz_id       uuid not null references quizzes on delete cascade,
    enrollment_id uuid not null references enrollments on delete cascade,
    primary key (quiz_id, enrollment_id)
);
create index quiz_invitations_enrollment_idx on quiz_invitations (enrollment_id);
