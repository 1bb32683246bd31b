-- Quizzes that students take alone: what they are asked, their attempts, and what these earn.

-- `review_short_answers`: a person looks at each; else the key alone decides about those it can.
alter table quizzes
    add column attempts_count text not null default 'best'
        check (attempts_count in ('best', 'last', 'average')),
    add column review_short_answers boolean not null default true,
    add column results_shown text not null default 'graded'
        check (results_shown in ('graded', 'closed', 'released')),
    add column results_released_at timestamptz;

-- A quiz as it was when somebody began it: an attempt keeps the version it began with.
create table quiz_versions (
    id         uuid primary key,
    quiz_id    uuid not null references quizzes on delete cascade,
    revision   integer not null,
    settings   jsonb not null,      -- protocol.assessments.quizzes.QuizSettings
    questions  jsonb not null,      -- an array of protocol.assessments.quizzes.Question
    created_at timestamptz not null,
    unique (quiz_id, revision)
);

-- The row follows the journal of the attempt (protocol.assessments.attempts.rows.AttemptRow); the
-- handler that begins it writes the first state. `answers` is written at its end, by question.
create table quiz_submissions (
    id                 uuid primary key,
    quiz_id            uuid not null references quizzes on delete cascade,
    version_id         uuid not null references quiz_versions,
    student_id         uuid not null references users on delete cascade,
    enrollment_id      uuid not null references enrollments on delete cascade,
    attempt_number     integer not null check (attempt_number > 0),
    status             text not null default 'started' check (status in ('started', 'submitted')),
    started_at         timestamptz not null,
    deadline_at        timestamptz,
    submitted_at       timestamptz,
    ending             text,
    time_taken_seconds integer,
    answers            jsonb not null default '{}',
    outages            jsonb not null default '[]',     -- an array of ...rows.CreditedOutage
    points_earned      numeric(12, 2),
    points_possible    numeric(12, 2),
    score_percentage   numeric(5, 2),
    grading_status     text check (grading_status in ('auto_graded', 'pending_review', 'graded')),
    feedback           text,
    graded_at          timestamptz,
    graded_by          uuid references users on delete set null,
    created_at         timestamptz not null,
    updated_at         timestamptz not null,
    unique (quiz_id, student_id, attempt_number)
);
create unique index quiz_submissions_running_idx on quiz_submissions (quiz_id, student_id)
    where status = 'started';
create index quiz_submissions_quiz_idx on quiz_submissions (quiz_id, started_at, id);
create index quiz_submissions_student_idx on quiz_submissions (student_id, started_at);
create index quiz_submissions_enrollment_idx on quiz_submissions (enrollment_id);
create index quiz_submissions_version_idx on quiz_submissions (version_id);
create index quiz_submissions_pending_idx on quiz_submissions (quiz_id)
    where grading_status = 'pending_review';
create index quiz_submissions_graded_by_idx on quiz_submissions (graded_by);

-- One for each question of a submission. What counts is `given`, or else `automatic`.
create table quiz_marks (
    submission_id uuid not null references quiz_submissions on delete cascade,
    question_id   uuid not null,
    order_number  integer not null,
    most          numeric(12, 2) not null,
    automatic     numeric(12, 2),
    given         numeric(12, 2),
    correct       boolean,
    review        boolean not null,
    revision      integer not null default 0,   -- of the answer that it is for
    comment       text,
    answer        jsonb not null,   -- readable by itself, as in live_quiz_results
    right_answer  jsonb not null,
    graded_by     uuid references users on delete set null,
    graded_at     timestamptz,
    primary key (submission_id, question_id)
);
create view quiz_answers as
select k.*, s.student_id as owner_id, s.quiz_id, v.questions -> k.order_number as question
from quiz_marks k
    join quiz_submissions s on s.id = k.submission_id
    join quiz_versions v on v.id = s.version_id;
create index quiz_marks_question_idx on quiz_marks (question_id);
create index quiz_marks_graded_by_idx on quiz_marks (graded_by);
