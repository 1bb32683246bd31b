"""A school as full as its rules allow in what can be nested: what a read costs at worst.

The course `dense` has 60 lessons with the longest texts, each of which builds on 20 others; a
hundred students review it, study it and have played in it. Its teacher has a hundred courses.
"""

from __future__ import annotations

from protocol.selection import Viewer
from storage.postgres import Connection, Database
from tests.storage.reads.rows import uid

TEXT_BYTES = 48_000
STUDENTS = 100

TEACHER = Viewer(user_id=str(uid("dense teacher")), role="educator")
STUDENT = Viewer(user_id=str(uid("dense student")), role="student")
ADMIN = Viewer(user_id=str(uid("dense admin")), role="admin")
COURSE = str(uid("dense course"))

ROWS = f"""
create temporary table people (id uuid, name text, role text);
insert into people values
    ('{uid("dense teacher")}', 'teacher', 'educator'),
    ('{uid("dense student")}', 'student', 'student'), ('{uid("dense admin")}', 'admin', 'admin');
insert into people
    select gen_random_uuid(), 'student' || n, 'student' from generate_series(2, {STUDENTS}) n;
insert into users (id, email, password_hash, role, email_verified)
    select id, name || '@dense.example', 'x', role, true from people;
insert into user_profiles (user_id, full_name, bio)
    select id, name, repeat('bio ', 500) from people;

insert into courses (id, instructor_id, title, description, slug, category, difficulty, status)
    select case n when 1 then '{COURSE}'::uuid else gen_random_uuid() end,
        '{uid("dense teacher")}', 'Course ' || n, repeat('words ', 500), 'dense-' || n, 'art',
        'beginner', 'published' from generate_series(1, 100) n;
insert into course_modules (course_id, title, order_number)
    select id, 'Module ' || n, n from courses, generate_series(1, 6) n;
insert into lessons (module_id, title, lesson_type, content_text, is_preview, order_number)
    select m.id, 'Lesson ' || n, 'text',
        case when m.course_id = '{COURSE}' then repeat('"words" ', {TEXT_BYTES // 8}) end, true, n
    from course_modules m, generate_series(1, 10) n where m.course_id = '{COURSE}' or n <= 2;
insert into lesson_prerequisites
    select l.id, p.id from lessons l join course_modules m on m.id = l.module_id, lateral (
        select o.id from lessons o join course_modules om on om.id = o.module_id
        where om.course_id = m.course_id and o.id <> l.id
        order by md5(o.id::text || l.id::text) limit 20) p;
insert into quizzes (lesson_id, title, quiz_type, passing_score_percentage)
    select id, 'Quiz', 'practice', 50 from lessons;
insert into questions (quiz_id, question_type, question_text, correct_answer, order_number)
    select q.id, 'essay', repeat('why ', 100), '{{"type": "essay"}}', n
    from quizzes q, generate_series(1, 10) n;

insert into course_reviews (course_id, student_id, rating, comment)
    select c.id, p.id, 5, repeat('good ', 100) from courses c, people p where p.role = 'student';
insert into enrollments (student_id, course_id)
    select p.id, c.id from people p, courses c
    where p.role = 'student' and (c.id = '{COURSE}' or p.name = 'student');
insert into enrollment_links (id, course_id, token, created_at, expires_at)
    values (gen_random_uuid(), '{COURSE}', 'dense', now(), now() + interval '90 days');
insert into lesson_progress (enrollment_id, lesson_id)
    select e.id, l.id from enrollments e join course_modules m on m.course_id = e.course_id
    join lessons l on l.module_id = m.id;

insert into live_quizzes (id, course_id, quiz_id, host_id, title, pin, phase, question_count)
    select gen_random_uuid(), '{COURSE}', (select id from quizzes limit 1),
        '{uid("dense teacher")}', 'Game', 100000 + n, 'lobby', 10 from generate_series(1, 3) n;
insert into live_quiz_results
    (live_quiz_id, player_id, user_id, nickname, score, rank, correct, answered, answers)
    select g.id, p.id::text, p.id, p.name, 1, 1, 1, 1, (
        select jsonb_agg(jsonb_build_object('answer', repeat('because ', 100), 'points', 0))
        from generate_series(1, 10))
    from live_quizzes g, people p where p.role = 'student';
insert into live_quiz_question_results
    select g.id, n - 1, q.id::text, jsonb_build_object('type', q.question_type, 'text',
            q.question_text, 'options', '[]'::jsonb, 'explanation', q.question_text, 'points', 1),
        'null', true, false, 100, 100, 0, 0, 0, 1000, '[]', 1000, '{{}}',
        now() + n * interval '1 minute' + hashtext(g.id::text) * interval '1 second'
    from live_quizzes g
    join (select *, row_number() over (partition by quiz_id order by order_number) n
          from questions) q on q.quiz_id = g.quiz_id;
drop table people;
analyze;
"""


async def make_dense_school(database: Database) -> dict[str, str]:
    """Write it; the ids that root fields can be asked for, by the name of the type."""

    async def unit(connection: Connection) -> dict[str, str]:
        await connection.execute(ROWS)
        tables = {
            "module": "select id from course_modules where course_id = $1 limit 1",
            "lesson": "select l.id from lessons l join course_modules m on m.id = l.module_id"
            " where m.course_id = $1 limit 1",
            "quiz": "select q.id from quizzes q join lessons l on l.id = q.lesson_id"
            " join course_modules m on m.id = l.module_id where m.course_id = $1 limit 1",
            "enrollment": "select id from enrollments where course_id = $1"
            f" and student_id = '{STUDENT.user_id}'",
            "game": "select id from live_quizzes where course_id = $1 limit 1",
        }
        found = {name: str(await connection.fetchval(sql, COURSE)) for name, sql in tables.items()}
        return {**found, "course": COURSE, "user": str(TEACHER.user_id)}

    return await database.run(unit)
