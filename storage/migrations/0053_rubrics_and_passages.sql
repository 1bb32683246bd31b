-- Rubrics of questions, the levels that a grader chose by them, and comments on passages of answers.

alter table questions add column rubric jsonb;              -- protocol.rubrics.Rubric
alter table live_quiz_questions add column rubric jsonb;    -- always null: games give none

-- `levels`: an array with the index of a level for each criterion, where `given` is their sum.
alter table quiz_marks
    add column levels jsonb,
    add column passages jsonb not null default '[]';        -- an array of ...attempts.marks.Passage
create or replace view quiz_answers as
select k.submission_id, k.question_id, k.order_number, k.most, k.automatic, k.given, k.correct, k.review, k.revision,
    k.comment, k.answer, k.right_answer, k.graded_by, k.graded_at, s.student_id as owner_id, s.quiz_id,
    v.questions -> k.order_number as question, k.left_out, k.levels, k.passages
from quiz_marks k
    join quiz_submissions s on s.id = k.submission_id
    join quiz_versions v on v.id = s.version_id;

alter table quiz_mark_history
    add column levels_before jsonb,
    add column levels jsonb,
    add column passages_before jsonb not null default '[]',
    add column passages jsonb not null default '[]';
create or replace view quiz_mark_changes as
select h.id, h.submission_id, h.question_id, h.at, h.cause, h.policy, h.by_id as changed_by,
    h.automatic_before, h.automatic, h.given_before, h.given, h.left_out_before, h.left_out,
    h.comment_before, h.comment, s.quiz_id, h.levels_before, h.levels, h.passages_before, h.passages
from quiz_mark_history h join quiz_submissions s on s.id = h.submission_id;
