-- The questions of a version one by one: whoever reads a mark reads its question, and not the whole
-- quiz for each. Like the version, they never change.
create table quiz_version_questions (
    version_id   uuid not null references quiz_versions on delete cascade,
    order_number integer not null,
    question     jsonb not null,    -- protocol.assessments.quizzes.Question
    primary key (version_id, order_number)
);
insert into quiz_version_questions (version_id, order_number, question)
select v.id, q.place - 1, q.question
from quiz_versions v cross join lateral jsonb_array_elements(v.questions) with ordinality as q (question, place);

create or replace view quiz_answers as
select k.submission_id, k.question_id, k.order_number, k.most, k.automatic, k.given, k.correct, k.review, k.revision,
    k.comment, k.answer, k.right_answer, k.graded_by, k.graded_at, s.student_id as owner_id, s.quiz_id,
    v.question, k.left_out, k.levels, k.passages
from quiz_marks k
    join quiz_submissions s on s.id = k.submission_id
    join quiz_version_questions v on v.version_id = s.version_id and v.order_number = k.order_number;
