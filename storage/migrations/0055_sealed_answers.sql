-- Answers that were written without a connection and sent when the attempt had ended.

alter table quizzes add column late_answers text not null default 'review'
    check (late_answers in ('refuse', 'review', 'accept'));

-- What was sealed is in the journal of the attempt. The row tells where somebody has to decide.
alter table quiz_submissions add column sealed text
    check (sealed in ('committed', 'pending', 'accepted', 'refused'));
create index quiz_submissions_sealed_idx on quiz_submissions (quiz_id) where sealed = 'pending';
