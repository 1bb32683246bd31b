"""What holds in a school whatever was done to it: statements that find nothing but breaches."""

from __future__ import annotations

from collections.abc import Mapping

from storage.postgres import Database

BREACHES: Mapping[str, str] = {
    "a course counts its students": """
        select c.id, c.enrollment_count from courses c
        where c.enrollment_count <> (select count(*) from enrollments e
            where e.course_id = c.id and e.status <> 'dropped')""",
    "no deleted account is in a course": """
        select e.id, e.status from enrollments e join users u on u.id = e.student_id
        where u.deleted_at is not null and e.status <> 'dropped'""",
    "no deleted account teaches beside the instructor": """
        select t.course_id, t.user_id from course_teachers t join users u on u.id = t.user_id
        where u.deleted_at is not null""",
    "no deleted account has a course that is not archived": """
        select c.id, c.status from courses c join users u on u.id = c.instructor_id
        where u.deleted_at is not null and c.status <> 'archived'""",
    "nothing personal is left of an erased account": """
        select u.id from users u join user_profiles p on p.user_id = u.id
        where u.erased_at is not null
          and (p.full_name <> 'Former user' or p.bio is not null or p.avatar_url is not null
               or u.pending_email is not null or u.password_hash <> ''
               or exists (select from jobs j where j.user_id = u.id)
               or exists (select from course_reviews r
                          where r.student_id = u.id and r.comment is not null)
               or exists (select from certificates k where k.student_id = u.id))""",
    "modules are numbered from 1": """
        select course_id from course_modules group by course_id
        having min(order_number) <> 1 or max(order_number) <> count(*)""",
    "lessons are numbered from 1": """
        select module_id from lessons group by module_id
        having min(order_number) <> 1 or max(order_number) <> count(*)""",
    "a module lasts as long as its lessons": """
        select m.id from course_modules m where m.duration_minutes <> (
            select coalesce(sum(l.duration_minutes), 0) from lessons l where l.module_id = m.id)""",
    "prerequisites are of the same course": """
        select m.id from course_modules m join course_modules n on n.id = m.prerequisite_module_id
        where n.course_id <> m.course_id""",
    "whoever is in a course has progress in each of its lessons, and in no other": """
        select e.id, l.id from enrollments e join course_modules m on m.course_id = e.course_id
            join lessons l on l.module_id = m.id
        where e.status <> 'dropped' and not exists (
            select from lesson_progress p where p.enrollment_id = e.id and p.lesson_id = l.id)
        union all
        select p.enrollment_id, p.lesson_id from lesson_progress p
            join enrollments e on e.id = p.enrollment_id join lessons l on l.id = p.lesson_id
            join course_modules m on m.id = l.module_id
        where m.course_id <> e.course_id""",
    "a percentage is that of the lessons": """
        select e.id, e.progress_percentage from enrollments e
        where e.status <> 'dropped' and e.progress_percentage <> (
            select coalesce(round(100.0 * count(*) filter (where p.status = 'completed')
                                  / nullif(count(*), 0), 2), 0)
            from lesson_progress p where p.enrollment_id = e.id)""",
    "a course is rated as its reviews say": """
        select c.id from courses c where c.total_reviews <> (
            select count(*) from course_reviews r where r.course_id = c.id)
           or c.average_rating is distinct from (
            select round(avg(rating), 2) from course_reviews r where r.course_id = c.id)""",
    "a certificate and its enrolment name each other": """
        select k.id from certificates k join enrollments e on e.id = k.enrollment_id
        where e.certificate_id is distinct from k.id
        union all
        select e.id from enrollments e where e.certificate_id is not null
          and not exists (select from certificates k where k.enrollment_id = e.id)""",
    "a certificate has the student and the course of its enrolment": """
        select k.id from certificates k join enrollments e on e.id = k.enrollment_id
        where (k.student_id, k.course_id) is distinct from (e.student_id, e.course_id)""",
    "questions are numbered from 1": """
        select quiz_id from questions group by quiz_id
        having min(order_number) <> 1 or max(order_number) <> count(*)""",
    "a running game has questions": """
        select g.id from live_quizzes g where g.pin is not null and not exists (
            select from live_quiz_questions q where q.live_quiz_id = g.id)""",
    "an administrator is left": """
        select 1 where not exists (select from users where role = 'admin'
            and disabled_at is null and deleted_at is null)""",
}


ALL = " union all ".join(
    f"select '{name}' as what, (select string_agg(b::text, ' ') from ({statement}) b) as found"
    for name, statement in BREACHES.items()
)
"""One statement: it is asked after each of thousands of examples."""


async def breaches(database: Database) -> list[str]:
    """Which of them do not hold, with what was found."""
    asked = f"select what, found from ({ALL}) a where found is not null"
    rows = await database.run(lambda c: c.fetch(asked), transaction=False)
    return [f"{what}: {found}" for what, found in rows]
