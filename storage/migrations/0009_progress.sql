-- Withdrawal, and how far a student is in each module.

alter table enrollments add column withdrawn_at timestamptz;
alter table enrollments add column withdrawal_reason varchar(500);
alter table lesson_progress add check (time_spent_seconds >= 0);
create index enrollments_of_student_idx on enrollments (student_id, enrolled_at desc, id);
create index enrollments_of_course_idx on enrollments (course_id, enrolled_at desc, id desc);

create view module_progress as
select p.enrollment_id,
       l.module_id,
       m.order_number,
       count(*) filter (where p.status = 'completed') as completed_lessons,
       count(*) as total_lessons,
       bool_and(p.status = 'completed') as completed,
       sum(p.time_spent_seconds) as time_spent_seconds
from lesson_progress p
    join lessons l on l.id = p.lesson_id
    join course_modules m on m.id = l.module_id
group by p.enrollment_id, l.module_id, m.order_number;
