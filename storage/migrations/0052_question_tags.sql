-- A few short texts for each question, by which its teachers find it again.

alter table questions add column tags jsonb not null default '[]';
alter table live_quiz_questions add column tags jsonb not null default '[]';

-- The tags of the questions of all courses that somebody teaches or assists in, however they are written.
create view question_tags as
select t.owner_id, search_key(g.tag) as tag_key, min(g.tag collate "C") as tag, count(distinct k.id)::int as questions
from (select c.instructor_id as owner_id, c.id as course_id from courses c
      union select ct.user_id as owner_id, ct.course_id from course_teachers ct) t
    join course_modules m on m.course_id = t.course_id
    join lessons l on l.module_id = m.id
    join quizzes q on q.lesson_id = l.id
    join questions k on k.quiz_id = q.id
    cross join lateral jsonb_array_elements_text(k.tags) as g (tag)
group by 1, 2;
