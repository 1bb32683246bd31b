-- Answers that two persons grade, each without seeing what the other gave.

-- In per cent of the points of a question: by how much the grades may differ. Null: one person is enough.
alter table quizzes add column second_grading integer check (second_grading between 0 and 100);

-- What each of them gave, in the order in which they did. The mark has what follows from both.
create table quiz_grades (
    submission_id uuid not null,
    question_id   uuid not null,
    number        integer not null check (number in (1, 2)),
    grader_id     uuid references users on delete set null,
    points        numeric(12, 2) not null,
    levels        jsonb,
    comment       text,
    passages      jsonb not null,
    graded_at     timestamptz not null,
    primary key (submission_id, question_id, number),
    foreign key (submission_id, question_id) references quiz_marks on delete cascade
);
create index quiz_grades_grader_idx on quiz_grades (grader_id);
create view quiz_answer_grades as
select g.submission_id, g.question_id, g.number, g.grader_id as given_by, g.points, g.levels, g.comment, g.passages,
    g.graded_at, s.quiz_id
from quiz_grades g join quiz_submissions s on s.id = g.submission_id;

-- `grade`: one of two persons gave it, or another one than before.
alter table quiz_mark_history
    drop constraint quiz_mark_history_cause_check,
    add constraint quiz_mark_history_cause_check check (cause in ('key', 'person', 'regrade', 'grade'));
