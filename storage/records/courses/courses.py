"""Courses as a whole, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.courses.events import (
    CompletionOutlived,
    CourseArchived,
    CourseCreated,
    CourseDeleted,
    CoursePublished,
    CourseUpdated,
)
from protocol.envelope import Address
from protocol.money import to_major
from protocol.ports import OutboxEvent
from protocol.records.common import CourseFacts, CourseRule, RevisionRule
from protocol.records.courses import CourseChange, NewClone, NewCourse, PublishFacts, PublishRule
from storage.records.course_facts import course_facts
from storage.records.courses.copies import CopyContents, copy_contents, copy_course
from storage.records.courses.prerequisites import prerequisites
from storage.records.courses.units import CourseUnits
from storage.records.idempotency import at_most_once
from storage.records.living import living
from storage.records.values import as_uuid, instant, milliseconds
from storage.records.writing import changed_columns, revise

# This waits for a concurrent insert of the same slug, and then sees a conflict.
INSERT_COURSE = """
insert into courses (id, instructor_id, title, description, slug, category, difficulty, price,
                     currency, enrollment_limit, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
on conflict (slug) do nothing
"""
PUBLISH_FACTS = """
select count(distinct l.module_id) as modules_with_lessons,
       coalesce(array_agg(array[l.id::text, l.title] order by m.order_number, l.order_number)
                filter (where l.lesson_type = 'video' and l.content_url is null
                        and l.video_id is null), '{}') as without,
       coalesce(array_agg(array[l.id::text, l.title] order by m.order_number, l.order_number)
                filter (where l.lesson_type = 'video' and v.id is not null
                        and v.shown_id is null), '{}') as unready
from course_modules m join lessons l on l.module_id = m.id left join videos v on v.id = l.video_id
where m.course_id = $1
"""
PUBLISH = """
update courses set status = 'published', published_at = coalesce(published_at, $2), updated_at = $2
where id = $1
"""
COURSE = "select * from courses where id = $1"
ARCHIVE = "update courses set status = 'archived', updated_at = $2 where id = $1"
DELETE = "delete from courses where id = $1 returning title"
# Those who completed it are owed a certificate, also if they withdrew or deleted their account.
LEAVE = """
with gone as (delete from enrollments where course_id = $1 returning *)
select g.id::text as enrollment_id, g.student_id::text, g.completed_at, c.title as course_title,
       c.instructor_id::text
from gone g join courses c on c.id = g.course_id join users u on u.id = g.student_id
where g.completed_at is not null and g.certificate_id is null and g.removed_at is null
  and u.erased_at is null
order by g.id
"""
RESTORE = """
update courses set updated_at = $2,
    status = case when published_at is null then 'draft' else 'published' end
where id = $1
"""


class PostgresCourseRecords:
    """Implements `protocol.records.courses.CourseRecords`."""

    def __init__(self, units: CourseUnits, contents: Sequence[CopyContents]) -> None:
        self._units = units
        self._contents = contents

    async def create(self, course: NewCourse) -> CourseCreated:
        """Announces the reply. Takes the first free slug."""

        async def unit(connection: Any) -> CourseCreated:
            await living(connection, course.command.by)
            slug = await _insert(connection, course)
            created = CourseCreated(course_id=course.id, slug=slug)
            await self._units.announce(connection, course.id, created, course.at)
            return created

        return await self._units.run(at_most_once(course.once, CourseCreated, unit, course.at))

    async def publish(self, course_id: str, at: int, rule: PublishRule) -> CoursePublished:
        """Announces the reply, unless the course is published already."""

        async def unit(connection: Any) -> CoursePublished:
            course = await course_facts(connection, course_id, lock="for no key update")
            key = UUID(course.id)
            row = await connection.fetchrow(PUBLISH_FACTS, key)
            rule(
                PublishFacts(
                    course=course,
                    modules_with_lessons=row["modules_with_lessons"],
                    lessons_without_video=tuple((key, title) for key, title in row["without"]),
                    lessons_in_processing=tuple((key, title) for key, title in row["unready"]),
                    prerequisites=await prerequisites(connection, key),
                )
            )
            published = CoursePublished(course_id=course.id)
            if course.status != "published":
                await connection.execute(PUBLISH, key, instant(at))
                await self._units.announce(connection, course.id, published, at)
            return published

        return await self._units.run(unit)

    async def update(
        self, change: CourseChange, at: int, rule: CourseRule, seen: RevisionRule
    ) -> CourseUpdated:
        """Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            columns = changed_columns(change, "course_id")
            if "price" in columns:
                columns["price"] = to_major(columns["price"], columns["currency"])
            row = await connection.fetchrow(COURSE, UUID(course.id))
            await revise(connection, "courses", row, columns, instant(at), seen)
            return CourseUpdated(course_id=course.id)

        return await self._units.change(change.course_id, at, operation)

    async def archive(self, course_id: str, at: int, rule: CourseRule) -> CourseArchived:
        """Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseArchived:
            rule(course)
            await connection.execute(ARCHIVE, UUID(course.id), instant(at))
            await self._units.note(connection, "archive", course.id, at)
            return CourseArchived(course_id=course.id)

        return await self._units.change(course_id, at, operation)

    async def restore(self, course_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """Restore to published if it ever was, otherwise to draft. Announces the reply.

        `NotFoundError` for the user if the instructor's account is deleted.
        """

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            await living(connection, course.instructor_id)
            await connection.execute(RESTORE, UUID(course.id), instant(at))
            await self._units.note(connection, "restore", course.id, at)
            return CourseUpdated(course_id=course.id)

        return await self._units.change(course_id, at, operation)

    async def delete(self, course_id: str, at: int, rule: CourseRule) -> CourseDeleted:
        """Delete the course and everything in it but its certificates. Announces the reply."""

        async def unit(connection: Any) -> CourseDeleted:
            course = await course_facts(connection, course_id, lock="for update")
            rule(course)
            owed = await _leave(connection, course.id)
            title = await connection.fetchval(DELETE, UUID(course.id))
            students = course.enrollment_count
            await self._units.note(
                connection, "delete", course.id, at, title=title, students=students
            )
            deleted = CourseDeleted(course_id=course.id)
            await self._units.announce(connection, course.id, deleted, at, owed)
            return deleted

        return await self._units.run(unit)

    async def clone(self, clone: NewClone, rule: CourseRule) -> CourseCreated:
        """Announces the reply."""

        async def unit(connection: Any) -> CourseCreated:
            course = await course_facts(connection, clone.course_id, lock="for share")
            rule(course)
            await living(connection, clone.by)
            slug = await copy_course(connection, UUID(course.id), clone)
            await copy_contents(connection, UUID(course.id), clone, self._contents)
            created = CourseCreated(course_id=clone.id, slug=slug)
            await self._units.announce(connection, clone.id, created, clone.at)
            return created

        return await self._units.run(at_most_once(clone.once, CourseCreated, unit, clone.at))


async def _leave(connection: Any, course_id: str) -> list[OutboxEvent]:
    """Delete the enrolments; what is owed to those who completed the course is announced."""
    return [
        OutboxEvent(
            Address("enrollment", row["enrollment_id"]),
            CompletionOutlived(
                enrollment_id=row["enrollment_id"],
                course_id=course_id,
                student_id=row["student_id"],
                instructor_id=row["instructor_id"],
                course_title=row["course_title"],
                completed_at=milliseconds(row["completed_at"]),
            ),
        )
        for row in await connection.fetch(LEAVE, UUID(course_id))
    ]


async def _insert(connection: Any, course: NewCourse) -> str:
    """Insert with the first free slug, and return it."""
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
