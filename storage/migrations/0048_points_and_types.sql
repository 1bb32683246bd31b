-- Points to the hundredth, more types of questions, questions of which half an answer earns nothing, and quizzes in which a
-- wrong answer costs something.

alter table questions
    drop constraint questions_points_halves,
    add constraint questions_points_hundredths check (points * 100 = trunc(points * 100)),
    add column all_or_nothing boolean not null default false,
    drop constraint questions_question_type_check,
    add constraint questions_question_type_check check (question_type in
        ('multiple_choice', 'true_false', 'short_answer', 'essay', 'fill_blank', 'matching',
         'numeric', 'ordering', 'hotspot'));
alter table live_quiz_questions add column all_or_nothing boolean not null default false;
alter table live_quiz_essay_scores
    drop constraint live_quiz_essay_scores_points_check,
    add constraint live_quiz_essay_scores_points_check
        check (points >= 0 and points * 100 = trunc(points * 100));

-- In parts of 100,000 of the points of a question.
alter table quizzes add column negative_marking integer
    check (negative_marking between 0 and 100000);
