"""Copies of courses in SQL: modules, lessons and their prerequisites, under new ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from protocol.records.courses import NewClone
from storage.records.copied import Copied
from storage.records.values import as_uuid, instant

CLONE = """
insert into courses (id, instructor_id, title, description, slug, category, difficulty, price,
                     currency, enrollment_limit, thumbnail_url, thumbnail_alt, created_at,
                     updated_at)
select $2, $3, $4, description, $5, category, difficulty, price, currency, enrollment_limit,
       thumbnail_url, thumbnail_alt, $6, $6
from courses where id = $1
on conflict (slug) do nothing
"""
MODULES = "select id, prerequisite_module_id from course_modules where course_id = $1"
CLONE_MODULES = """
insert into course_modules (id, course_id, title, description, order_number, duration_minutes,
                            prerequisite_module_id)
select n.new, $1, m.title, m.description, m.order_number, m.duration_minutes, null
from unnest($2::uuid[], $3::uuid[]) as n (old, new) join course_modules m on m.id = n.old
"""
CLONE_NEEDS = """
update course_modules c set prerequisite_module_id = needed.new
from unnest($1::uuid[], $2::uuid[]) as n (old, new)
    join course_modules m on m.id = n.old
    join unnest($1::uuid[], $2::uuid[]) as needed (old, new)
        on needed.old = m.prerequisite_module_id
where c.id = n.new
"""
LESSONS = """
select l.id from lessons l join course_modules m on m.id = l.module_id where m.course_id = $1
"""
CLONE_LESSONS = """
insert into lessons (id, module_id, title, description, lesson_type, content_url, content_text,
                     duration_minutes, order_number, is_preview, metadata)
select n.new, mn.new, l.title, l.description, l.lesson_type, l.content_url, l.content_text,
       l.duration_minutes, l.order_number, l.is_preview, l.metadata
from unnest($1::uuid[], $2::uuid[]) as n (old, new) join lessons l on l.id = n.old
    join unnest($3::uuid[], $4::uuid[]) as mn (old, new) on mn.old = l.module_id
"""
CLONE_PREREQUISITES = """
insert into lesson_prerequisites (lesson_id, prerequisite_id)
select n.new, needed.new
from lesson_prerequisites p
    join unnest($1::uuid[], $2::uuid[]) as n (old, new) on n.old = p.lesson_id
    join unnest($1::uuid[], $2::uuid[]) as needed (old, new) on needed.old = p.prerequisite_id
"""


CopyContents = Callable[[Any, Copied], Awaitable[None]]
"""Copies, in the connection's transaction, what another domain keeps in a course."""


async def copy_course(connection: Any, course_id: UUID, clone: NewClone) -> str:
    """Insert the copy's row with the first free slug, and return its id and slug."""
    title = clone.title
    if title is None:
        title = await connection.fetchval("select title from courses where id = $1", course_id)
    for slug in clone.slugs_of(title):
        status = await connection.execute(
            CLONE,
            course_id,
            UUID(clone.id),
            as_uuid(clone.by, "user"),
            title,
            slug,
            instant(clone.at),
        )
        if status == "INSERT 0 1":
            return slug
    raise AssertionError("the last slug carries the course's own id")


async def copy_contents(
    connection: Any, course_id: UUID, clone: NewClone, contents: Sequence[CopyContents]
) -> None:
    """Insert copies of everything in the course."""
    clone_id = UUID(clone.id)
    modules = [row["id"] for row in await connection.fetch(MODULES, course_id)]
    new_modules = [uuid4() for _ in modules]
    lessons = [row["id"] for row in await connection.fetch(LESSONS, course_id)]
    new_lessons = [uuid4() for _ in lessons]
    await connection.execute(CLONE_MODULES, clone_id, modules, new_modules)
    await connection.execute(CLONE_NEEDS, modules, new_modules)
    await connection.execute(CLONE_LESSONS, lessons, new_lessons, modules, new_modules)
    await connection.execute(CLONE_PREREQUISITES, lessons, new_lessons)
    copied = Copied(course_id, clone_id, lessons, new_lessons, as_uuid(clone.by, "user"))
    for copy in contents:
        await copy(connection, copied)
