-- Quizzes and questions change now, which neither games nor their results may notice: a game keeps
-- its questions as they were when it was opened, and outlives its quiz. Until now no quiz could
-- change, so what the games of before asked is what their quizzes have.

alter table quizzes add column revision integer not null default 1 check (revision > 0);

-- `lacks` is what the question needs before it can be played: fields as in a VALIDATION_ERROR.
alter table questions
    add column revision integer not null default 1 check (revision > 0),
    add column lacks jsonb;
drop index questions_quiz_order_idx;
alter table questions add constraint questions_quiz_order_key
    unique (quiz_id, order_number) deferrable initially immediate;

alter table live_quizzes
    alter column quiz_id drop not null,
    drop constraint live_quizzes_quiz_id_fkey,
    add constraint live_quizzes_quiz_id_fkey
        foreign key (quiz_id) references quizzes on delete set null,
    add column lesson_id uuid references lessons on delete set null;
update live_quizzes l set lesson_id = q.lesson_id from quizzes q where q.id = l.quiz_id;
create index live_quizzes_lesson_idx on live_quizzes (lesson_id);

-- In the order of the quiz. `question_id` is what results name; the question may be gone.
create table live_quiz_questions (
    live_quiz_id       uuid not null references live_quizzes on delete cascade,
    order_number       integer not null,
    question_id        uuid not null,
    question_type      text not null,
    question_text      text not null,
    question_media_url varchar(500),
    options            jsonb,
    correct_answer     jsonb not null,
    explanation        text,
    points             numeric not null,
    difficulty         text not null,
    seconds            integer,
    multiple           boolean,
    formats            jsonb,
    decimal_comma      boolean not null,
    primary key (live_quiz_id, order_number)
);
insert into live_quiz_questions
select l.id, n.order_number, n.id, n.question_type, n.question_text, n.question_media_url, n.options,
       n.correct_answer, n.explanation, n.points, n.difficulty, n.seconds, n.multiple, n.formats,
       q.decimal_comma
from live_quizzes l join quizzes q on q.id = l.quiz_id join questions n on n.quiz_id = q.id;
