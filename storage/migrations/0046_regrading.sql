-- Questions marked anew, results that are held back, and what has become of each mark.

-- Decisions about a question of a quiz, in their order. Marking heeds them, whenever an attempt ends.
create table quiz_regrades (
    quiz_id     uuid not null references quizzes on delete cascade,
    question_id uuid not null,
    decisions   jsonb not null,     -- an array of protocol.assessments.attempts.regrading.Regrade
    updated_at  timestamptz not null,
    primary key (quiz_id, question_id)
);

alter table quiz_marks add column left_out boolean not null default false;
create or replace view quiz_answers as
select k.submission_id, k.question_id, k.order_number, k.most, k.automatic, k.given, k.correct, k.review, k.revision,
    k.comment, k.answer, k.right_answer, k.graded_by, k.graded_at, s.student_id as owner_id, s.quiz_id,
    v.questions -> k.order_number as question, k.left_out
from quiz_marks k
    join quiz_submissions s on s.id = k.submission_id
    join quiz_versions v on v.id = s.version_id;

-- `held`: what it has earned is not shown yet, and the student's progress waits for that.
alter table quiz_submissions add column held boolean not null default false;
create index quiz_submissions_held_idx on quiz_submissions (quiz_id, id) where held;

-- Appended to whenever a mark that was there changes, and never changed but to erase comments.
create table quiz_mark_history (
    id               bigint generated always as identity primary key,
    submission_id    uuid not null references quiz_submissions on delete cascade,
    question_id      uuid not null,
    at               timestamptz not null,
    cause            text not null check (cause in ('key', 'person', 'regrade')),
    policy           text check (policy in ('present_key', 'only_upward', 'full_points', 'leave_out')),
    by_id            uuid references users on delete set null,
    automatic_before numeric(12, 2),
    automatic        numeric(12, 2),
    given_before     numeric(12, 2),
    given            numeric(12, 2),
    left_out_before  boolean not null,
    left_out         boolean not null,
    comment_before   text,
    comment          text
);
create index quiz_mark_history_mark_idx on quiz_mark_history (submission_id, question_id, id);
create index quiz_mark_history_by_idx on quiz_mark_history (by_id);
create view quiz_mark_changes as
select h.id, h.submission_id, h.question_id, h.at, h.cause, h.policy, h.by_id as changed_by,
    h.automatic_before, h.automatic, h.given_before, h.given, h.left_out_before, h.left_out,
    h.comment_before, h.comment, s.quiz_id
from quiz_mark_history h join quiz_submissions s on s.id = h.submission_id;
