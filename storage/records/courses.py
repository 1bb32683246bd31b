"""Courses, modules and lessons in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.courses import (
    AddCoTeacher,
    CoTeacherAdded,
    CourseCreated,
    CoursePublished,
    LessonAdded,
    ModuleAdded,
)
from protocol.errors import NotFoundError, ValidationError
from protocol.money import to_major
from protocol.records.common import CourseRule
from protocol.records.courses import (
    CoursePorts,
    NewCourse,
    NewLesson,
    NewModule,
    PublishFacts,
    PublishRule,
)
from storage.postgres import Database
from storage.records.course_changes import CourseChanges
from storage.records.progress import begin_lesson, recount
from storage.records.rows import as_uuid, course_facts, instant, maybe_uuid, on_behalf_of

# A concurrent insert of the same slug is waited for, then seen as a conflict.
INSERT_COURSE = """
insert into courses (id, instructor_id, title, description, slug, category, difficulty, price,
                     currency, enrollment_limit, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
on conflict (slug) do nothing
"""
PUBLISH_FACTS = """
select count(distinct l.module_id) as modules_with_lessons,
       coalesce(array_agg(l.title order by m.order_number, l.order_number)
                filter (where l.lesson_type = 'video' and l.content_url is null), '{}') as unready
from course_modules m join lessons l on l.module_id = m.id
where m.course_id = $1
"""
PUBLISH = """
update courses set status = 'published', published_at = coalesce(published_at, $2), updated_at = $2
where id = $1
"""
INSERT_MODULE = """
insert into course_modules (id, course_id, title, description, prerequisite_module_id, order_number)
select $1, $2, $3, $4, $5, coalesce(max(order_number), 0) + 1
from course_modules where course_id = $2
returning order_number
"""
INSERT_LESSON = """
insert into lessons (id, module_id, title, description, lesson_type, content_url, content_text,
                     duration_minutes, is_preview, order_number)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce(max(order_number), 0) + 1
from lessons where module_id = $2
returning order_number
"""
ADD_MINUTES = """
update course_modules set duration_minutes = duration_minutes + $2, updated_at = now()
where id = $1 and $2 > 0
"""
INSERT_TEACHER = """
insert into course_teachers (course_id, user_id, role)
select $1, u.id, $4 from users u join courses c on c.id = $1
where (u.id = $2 or u.email = $3) and (u.role in ('educator', 'admin') or $4 = 'assistant')
  and u.disabled_at is null and u.deleted_at is null and u.id <> c.instructor_id
on conflict (course_id, user_id) do update set role = excluded.role
returning user_id
"""


class PostgresCourseRecords(CourseChanges):
    """Implements the ports of `protocol.records.courses`.

    Everything that appends to a course locks its row first, so order numbers have no gaps and
    no doubles.
    """

    async def create(self, course: NewCourse) -> CourseCreated:
        """Announces the reply. Takes the first free slug."""

        async def unit(connection: Any) -> CourseCreated:
            with on_behalf_of(course.command.by):
                slug = await _insert(connection, course)
            created = CourseCreated(course_id=course.id, slug=slug)
            await self._announce(connection, course.id, created, course.at)
            return created

        return await self._database.run(unit)

    async def publish(self, course_id: str, at: int, rule: PublishRule) -> CoursePublished:
        """Announces the reply, unless the course was published before."""

        async def unit(connection: Any) -> CoursePublished:
            course = await course_facts(connection, course_id, lock="for no key update")
            key = UUID(course.id)
            row = await connection.fetchrow(PUBLISH_FACTS, key)
            rule(
                PublishFacts(
                    course=course,
                    modules_with_lessons=row["modules_with_lessons"],
                    lessons_without_video=tuple(row["unready"]),
                )
            )
            published = CoursePublished(course_id=course.id)
            if course.status != "published":
                await connection.execute(PUBLISH, key, instant(at))
                await self._announce(connection, course.id, published, at)
            return published

        return await self._database.run(unit)

    async def add_module(self, module: NewModule, rule: CourseRule) -> ModuleAdded:
        """Append. Raises `ValidationError` for a prerequisite that is not of this course."""

        async def unit(connection: Any) -> ModuleAdded:
            course = await course_facts(connection, module.course_id, lock="for no key update")
            rule(course)
            prerequisite = await _prerequisite(connection, module, UUID(course.id))
            order_number = await connection.fetchval(
                INSERT_MODULE,
                UUID(module.id),
                UUID(course.id),
                module.title,
                module.description,
                prerequisite,
            )
            added = ModuleAdded(course_id=course.id, module_id=module.id, order_number=order_number)
            await self._announce(connection, course.id, added, module.at)
            return added

        return await self._database.run(unit)

    async def add_lesson(self, lesson: NewLesson, rule: CourseRule) -> LessonAdded:
        """Append, and add its minutes to the module's."""

        async def unit(connection: Any) -> LessonAdded:
            module_id = as_uuid(lesson.module_id, "module")
            course_id = await connection.fetchval(
                "select course_id from course_modules where id = $1", module_id
            )
            if course_id is None:
                raise NotFoundError("module", lesson.module_id)
            course = await course_facts(connection, course_id, lock="for no key update")
            rule(course)
            added = LessonAdded(
                course_id=course.id,
                module_id=str(module_id),
                lesson_id=lesson.id,
                order_number=await _insert_lesson(connection, lesson, module_id),
            )
            await begin_lesson(connection, UUID(course.id), UUID(lesson.id))
            through = await recount(connection, UUID(course.id), instant(lesson.at))
            await self._announce(connection, course.id, added, lesson.at, through)
            return added

        return await self._database.run(unit)

    async def add_teacher(self, command: AddCoTeacher, at: int, rule: CourseRule) -> CoTeacherAdded:
        """Make an educator or admin a co-teacher, or whomever an assistant; twice is once."""

        async def unit(connection: Any) -> CoTeacherAdded:
            course = await course_facts(connection, command.course_id, lock="for no key update")
            rule(course)
            email = None if command.email is None else command.email.strip().lower()
            added = await connection.fetchval(
                INSERT_TEACHER,
                UUID(course.id),
                maybe_uuid(command.user_id),
                email,
                command.role.value,
            )
            if added is None:
                raise NotFoundError("educator", command.user_id or email or "")
            event = CoTeacherAdded(course_id=course.id, user_id=str(added), role=command.role)
            await self._announce(connection, course.id, event, at)
            return event

        return await self._database.run(unit)


def course_ports(database: Database, by: str) -> CoursePorts:
    """All that the courses domain needs; events name `by` as who did it."""
    records = PostgresCourseRecords(database, by)
    return CoursePorts(courses=records, staff=records, curriculum=records, reviews=records)


async def _insert(connection: Any, course: NewCourse) -> str:
    """Insert under the first free slug, and return it."""
    given = course.command
    for slug in course.slugs:
        status = await connection.execute(
            INSERT_COURSE,
            UUID(course.id),
            as_uuid(given.by, "user"),
            given.title,
            given.description,
            slug,
            given.category,
            given.difficulty.value,
            to_major(given.price, given.currency),
            given.currency,
            given.enrollment_limit,
            instant(course.at),
        )
        if status == "INSERT 0 1":
            return slug
    raise AssertionError("the last slug carries the course's own id")


async def _prerequisite(connection: Any, module: NewModule, course_id: UUID) -> UUID | None:
    if module.prerequisite_module_id is None:
        return None
    found: UUID | None = await connection.fetchval(
        "select id from course_modules where id = $1 and course_id = $2",
        maybe_uuid(module.prerequisite_module_id),
        course_id,
    )
    if found is None:
        raise ValidationError.of("prerequisiteModuleId", "is no module of this course")
    return found


async def _insert_lesson(connection: Any, lesson: NewLesson, module_id: UUID) -> int:
    order_number: int = await connection.fetchval(
        INSERT_LESSON,
        UUID(lesson.id),
        module_id,
        lesson.title,
        lesson.description,
        lesson.type,
        lesson.content_url,
        lesson.content_text,
        lesson.duration_minutes,
        lesson.is_preview,
    )
    await connection.execute(ADD_MINUTES, module_id, lesson.duration_minutes or 0)
    return order_number
