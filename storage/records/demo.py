"""What already exists of the demonstration school, so that loading it duplicates nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class DemoState(msgspec.Struct, frozen=True):
    """Ids of what exists; None for what is missing.

    `students` are ids by e-mail address, `enrolled` is how many are enrolled in the course. The
    game is the newest that runs, of any quiz of the educator, or else the newest lobby.
    """

    educator_id: str | None = None
    course_id: str | None = None
    quiz_id: str | None = None
    enrolled: int = 0
    students: dict[str, str] = {}
    live_quiz_id: str | None = None
    pin: str | None = None


FIND = """
select u.id::text as educator_id, c.id::text as course_id, q.id::text as quiz_id,
       (select count(*) from enrollments e where e.course_id = c.id) as enrolled,
       array(select s.email from users s
             where s.email like 'student__@demo.stoa' order by s.email) as emails,
       array(select s.id::text from users s
             where s.email like 'student__@demo.stoa' order by s.email) as student_ids,
       l.id::text as live_quiz_id, l.pin
from users u
left join courses c on c.instructor_id = u.id and c.status = 'published'
left join course_modules m on m.course_id = c.id
left join lessons ls on ls.module_id = m.id
left join quizzes q on q.lesson_id = ls.id
left join lateral (
    select g.id, g.pin from live_quizzes g join courses of_game on of_game.id = g.course_id
    where of_game.instructor_id = u.id and g.phase <> 'finished'
    order by g.phase = 'lobby', g.created_at desc
    limit 1
) l on true
where u.email = $1
order by c.created_at, q.created_at nulls last
limit 1
"""


DISCARD = """
delete from courses c using users u
where c.instructor_id = u.id and u.email = $1 and c.title = $2 and c.status = 'draft'
"""


STUDENTS = """
with educator as (select password_hash from users where email = $1),
people as (select * from unnest($2::text[], $3::text[]) as person (email, full_name)),
made as (
    insert into users (id, email, password_hash, role, created_at, updated_at)
    select gen_random_uuid(), people.email, educator.password_hash, 'student', now(), now()
    from people, educator
    on conflict (email) do nothing returning id, email
)
insert into user_profiles (user_id, full_name, created_at, updated_at)
select made.id, people.full_name, now(), now() from made join people using (email)
"""


async def make_students(educator_email: str, people: Mapping[str, str], connection: Any) -> None:
    """Make the missing ones of `people`, names by e-mail address, with the educator's password.

    Hashing it for each would take most of the time in which the school is loaded.
    """
    await connection.execute(STUDENTS, educator_email, list(people), list(people.values()))


async def discard_half_made(educator_email: str, title: str, connection: Any) -> None:
    """Remove a course that an interrupted load left before it was published."""
    await connection.execute(DISCARD, educator_email, title)


async def confirm_address(email: str, connection: Any) -> None:
    """As if the link in the e-mail had been opened, which nobody reads."""
    await connection.execute("update users set email_verified = true where email = $1", email)


async def find_demo(educator_email: str, connection: Any) -> DemoState:
    """Find that educator's school, as far as it exists."""
    row = await connection.fetchrow(FIND, educator_email)
    if row is None:
        return DemoState()
    values = dict(row)
    students = dict(zip(values.pop("emails"), values.pop("student_ids"), strict=True))
    return DemoState(**values, students=students)
