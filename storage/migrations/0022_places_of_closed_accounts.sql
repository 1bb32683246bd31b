-- Accounts that were deleted before a deletion gave up their places: their students stand in no roster
-- and take no place any more. Restoring such an account enrols it again, as from now on.

update enrollments e
set status = 'dropped', withdrawn_at = u.deleted_at, updated_at = u.deleted_at
from users u
where u.id = e.student_id and u.deleted_at is not null and e.status <> 'dropped';
update courses c set enrollment_count = counted.students
from (
    select o.id, (select count(*) from enrollments e
                  where e.course_id = o.id and e.status <> 'dropped') as students
    from courses o
) counted
where counted.id = c.id and c.enrollment_count <> counted.students;
