"""Changes to courses in SQL: each locks its course's row first and announces what it did last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET

from protocol.courses import (
    CourseArchived,
    CourseCreated,
    CourseDeleted,
    CourseEvent,
    CourseReviewed,
    CourseUpdated,
    LessonUpdated,
    ModuleUpdated,
    TeacherRemoved,
)
from protocol.envelope import Address
from protocol.errors import NotFoundError, ValidationError
from protocol.money import to_major
from protocol.ports import OutboxEvent
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.courses import (
    CourseChange,
    Graph,
    GraphRule,
    LessonChange,
    LessonFacts,
    LessonRule,
    ModuleChange,
    NewClone,
    NewReview,
    ReviewRule,
    StudentRule,
)
from storage.postgres import Database
from storage.records.course_copies import copy_contents, copy_course
from storage.records.progress import recount
from storage.records.rows import (
    announce,
    as_uuid,
    course_facts,
    course_of,
    instant,
    maybe_uuid,
    set_columns,
)

E = TypeVar("E", bound=CourseEvent)
Operation = Callable[[Any, CourseFacts], Awaitable[E]]

OF_MODULE = "select course_id from course_modules where id = $1"
OF_LESSON = """
select m.course_id from lessons l join course_modules m on m.id = l.module_id where l.id = $1
"""
OF_REVIEW = "select course_id from course_reviews where id = $1"
ARCHIVE = "update courses set status = 'archived', updated_at = $2 where id = $1"
RESTORE = """
update courses set updated_at = $2,
    status = case when published_at is null then 'draft' else 'published' end
where id = $1
"""
ORDER = """
update {table} t set order_number = o.place, updated_at = $2
from unnest($1::uuid[]) with ordinality as o (id, place)
where t.id = o.id and t.order_number <> o.place
"""
MODULE_MINUTES = """
update course_modules m set duration_minutes =
    (select coalesce(sum(l.duration_minutes), 0) from lessons l where l.module_id = m.id)
where m.id = $1
"""
MODULE_GRAPH = """
select id::text as one, array[prerequisite_module_id::text] as needs from course_modules
where course_id = $1 and prerequisite_module_id is not null
"""
LESSON_GRAPH = """
select p.lesson_id::text as one, array_agg(p.prerequisite_id::text) as needs
from lesson_prerequisites p join lessons l on l.id = p.lesson_id
    join course_modules m on m.id = l.module_id
where m.course_id = $1 group by p.lesson_id
"""
LESSONS_OF_COURSE = """
select l.id from lessons l join course_modules m on m.id = l.module_id
where m.course_id = $1 and l.id = any($2::uuid[])
"""
ADD_PREREQUISITES = """
insert into lesson_prerequisites (lesson_id, prerequisite_id) select $1, unnest($2::uuid[])
"""
REVIEW = """
insert into course_reviews (id, course_id, student_id, rating, comment, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (course_id, student_id) do update
    set rating = excluded.rating, comment = excluded.comment, updated_at = excluded.updated_at
returning id
"""
RATE = """
update courses c set average_rating = r.average, total_reviews = r.total, updated_at = $2
from (select round(avg(rating), 2) as average, count(*) as total
      from course_reviews where course_id = $1) r
where c.id = $1
"""
ENROLLED = """
select exists (select from enrollments
               where course_id = $1 and student_id = $2 and status <> 'dropped')
"""


class CourseChanges:
    """The part of `protocol.records.courses` that changes what is there."""

    def __init__(self, database: Database, by: str) -> None:
        self._database = database
        self._by = by

    async def _announce(
        self,
        connection: Any,
        course_id: str,
        event: CourseEvent,
        at: int,
        also: Sequence[OutboxEvent] = (),
    ) -> None:
        event = msgspec.structs.replace(event, by=self._by)
        await announce(connection, Address("course", course_id), event, at, also)

    async def _changed(
        self,
        course_id: str | UUID,
        at: int,
        operation: Operation[E],
        *,
        find: str = "",
        resource: str = "course",
        recounted: bool = False,
    ) -> E:
        """Lock the course, do it, announce it. `find` names the course of a `resource`.

        `recounted`: it has other lessons now, so everybody's progress is counted anew.
        """

        async def unit(connection: Any) -> E:
            key: str | UUID = course_id
            if find:
                key = await course_of(connection, find, as_uuid(course_id, resource), resource)
            course = await course_facts(connection, key, lock="for no key update")
            event = await operation(connection, course)
            through: list[OutboxEvent] = []
            if recounted:
                through = await recount(connection, UUID(course.id), instant(at))
            await self._announce(connection, course.id, event, at, through)
            return event

        return await self._database.run(unit)

    # --- the course -------------------------------------------------------------------------------

    async def update(self, change: CourseChange, at: int, rule: CourseRule) -> CourseUpdated:
        """Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            columns = _columns(change, "course_id")
            if "price" in columns:
                columns["price"] = to_major(columns["price"], columns["currency"])
            await set_columns(connection, "courses", UUID(course.id), columns, instant(at))
            return CourseUpdated(course_id=course.id)

        return await self._changed(change.course_id, at, operation)

    async def archive(self, course_id: str, at: int, rule: CourseRule) -> CourseArchived:
        """Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseArchived:
            rule(course)
            await connection.execute(ARCHIVE, UUID(course.id), instant(at))
            return CourseArchived(course_id=course.id)

        return await self._changed(course_id, at, operation)

    async def restore(self, course_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """To published if it ever was, else to draft. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            await connection.execute(RESTORE, UUID(course.id), instant(at))
            return CourseUpdated(course_id=course.id)

        return await self._changed(course_id, at, operation)

    async def delete(self, course_id: str, at: int, rule: CourseRule) -> CourseDeleted:
        """With everything in it. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseDeleted:
            rule(course)
            await connection.execute("delete from courses where id = $1", UUID(course.id))
            return CourseDeleted(course_id=course.id)

        return await self._changed(course_id, at, operation)

    async def clone(self, clone: NewClone, rule: CourseRule) -> CourseCreated:
        """Announces the reply."""

        async def unit(connection: Any) -> CourseCreated:
            course = await course_facts(connection, clone.course_id, lock="for share")
            rule(course)
            slug = await copy_course(connection, UUID(course.id), clone)
            await copy_contents(connection, UUID(course.id), UUID(clone.id))
            created = CourseCreated(course_id=clone.id, slug=slug)
            await self._announce(connection, clone.id, created, clone.at)
            return created

        return await self._database.run(unit)

    async def remove_teacher(
        self, course_id: str, user_id: str, at: int, rule: CourseRule
    ) -> TeacherRemoved:
        """Announces the reply. `NotFoundError` for one who is no co-teacher or assistant."""

        async def operation(connection: Any, course: CourseFacts) -> TeacherRemoved:
            rule(course)
            removed = await connection.fetchval(
                "delete from course_teachers where course_id = $1 and user_id = $2"
                " returning user_id",
                UUID(course.id),
                maybe_uuid(user_id),
            )
            if removed is None:
                raise NotFoundError("teacher", user_id)
            return TeacherRemoved(course_id=course.id, user_id=str(removed))

        return await self._changed(course_id, at, operation)

    # --- modules ----------------------------------------------------------------------------------

    async def update_module(self, change: ModuleChange, at: int, rule: GraphRule) -> ModuleUpdated:
        """Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> ModuleUpdated:
            key = UUID(change.module_id)
            columns = _columns(change, "module_id")
            needed = maybe_uuid(columns.get("prerequisite_module_id"))
            graph = await _graph(connection, MODULE_GRAPH, course)
            rule(course, graph, str(key), [str(needed)])
            if columns.get("prerequisite_module_id") is not None:
                await _check_module(connection, course, needed)
                columns["prerequisite_module_id"] = needed
            await set_columns(connection, "course_modules", key, columns, instant(at))
            return ModuleUpdated(course_id=course.id, module_id=change.module_id)

        return await self._changed(
            change.module_id, at, operation, find=OF_MODULE, resource="module"
        )

    async def delete_module(self, module_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """Those behind it move up, progress is counted anew. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            key = UUID(course.id)
            await connection.execute("delete from course_modules where id = $1", UUID(module_id))
            await _close_gap(connection, "course_modules", "course_id", key, at)
            return CourseUpdated(course_id=course.id)

        return await self._changed(
            module_id, at, operation, find=OF_MODULE, resource="module", recounted=True
        )

    async def reorder_modules(
        self, course_id: str, module_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            place = ("course_modules", "course_id", UUID(course.id))
            await _reorder(connection, place, "moduleIds", module_ids, at)
            return CourseUpdated(course_id=course.id)

        return await self._changed(course_id, at, operation)

    # --- lessons ----------------------------------------------------------------------------------

    async def update_lesson(self, change: LessonChange, at: int, rule: LessonRule) -> LessonUpdated:
        """Announces the reply. The module's minutes follow."""

        async def operation(connection: Any, course: CourseFacts) -> LessonUpdated:
            key = UUID(change.lesson_id)
            row = await connection.fetchrow("select * from lessons where id = $1", key)
            columns = _columns(change, "lesson_id")
            after = {**row, **columns}
            rule(
                course,
                LessonFacts(
                    type=after["lesson_type"],
                    content_url=after["content_url"],
                    content_text=after["content_text"],
                ),
            )
            await set_columns(connection, "lessons", key, columns, instant(at))
            await connection.execute(MODULE_MINUTES, row["module_id"])
            return LessonUpdated(course_id=course.id, lesson_id=change.lesson_id)

        return await self._changed(
            change.lesson_id, at, operation, find=OF_LESSON, resource="lesson"
        )

    async def delete_lesson(self, lesson_id: str, at: int, rule: CourseRule) -> CourseUpdated:
        """Those behind it move up, progress is counted anew. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            module = await connection.fetchval(
                "delete from lessons where id = $1 returning module_id", UUID(lesson_id)
            )
            await _close_gap(connection, "lessons", "module_id", module, at)
            await connection.execute(MODULE_MINUTES, module)
            return CourseUpdated(course_id=course.id)

        return await self._changed(
            lesson_id, at, operation, find=OF_LESSON, resource="lesson", recounted=True
        )

    async def reorder_lessons(
        self, module_id: str, lesson_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            place = ("lessons", "module_id", UUID(module_id))
            await _reorder(connection, place, "lessonIds", lesson_ids, at)
            return CourseUpdated(course_id=course.id)

        return await self._changed(module_id, at, operation, find=OF_MODULE, resource="module")

    async def set_prerequisites(
        self, lesson_id: str, prerequisite_ids: Sequence[str], at: int, rule: GraphRule
    ) -> LessonUpdated:
        """Announces the reply. Raises `ValidationError` for a lesson of another course."""

        async def operation(connection: Any, course: CourseFacts) -> LessonUpdated:
            key = UUID(lesson_id)
            needed = [each for each in map(maybe_uuid, prerequisite_ids) if each is not None]
            graph = await _graph(connection, LESSON_GRAPH, course)
            rule(course, graph, str(key), list(map(str, needed)))
            found = await connection.fetch(LESSONS_OF_COURSE, UUID(course.id), needed)
            if len(found) != len(prerequisite_ids):
                raise ValidationError.of("prerequisiteIds", "names no lesson of this course")
            await connection.execute("delete from lesson_prerequisites where lesson_id = $1", key)
            await connection.execute(ADD_PREREQUISITES, key, needed)
            return LessonUpdated(course_id=course.id, lesson_id=lesson_id)

        return await self._changed(lesson_id, at, operation, find=OF_LESSON, resource="lesson")

    # --- reviews ----------------------------------------------------------------------------------

    async def review(self, review: NewReview, rule: StudentRule) -> CourseReviewed:
        """Write or replace it; the course's average follows. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseReviewed:
            key, student, at = UUID(course.id), maybe_uuid(review.student_id), instant(review.at)
            rule(course, await connection.fetchval(ENROLLED, key, student))
            review_id = await connection.fetchval(
                REVIEW, UUID(review.id), key, student, review.rating, review.comment, at
            )
            await connection.execute(RATE, key, at)
            return CourseReviewed(
                course_id=course.id,
                review_id=str(review_id),
                student_id=review.student_id,
                rating=review.rating,
            )

        return await self._changed(review.course_id, review.at, operation)

    async def delete_review(self, review_id: str, at: int, rule: ReviewRule) -> CourseUpdated:
        """The course's average follows. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            student = await connection.fetchval(
                "select student_id::text from course_reviews where id = $1", UUID(review_id)
            )
            rule(student)
            await connection.execute("delete from course_reviews where id = $1", UUID(review_id))
            await connection.execute(RATE, UUID(course.id), instant(at))
            return CourseUpdated(course_id=course.id)

        return await self._changed(review_id, at, operation, find=OF_REVIEW, resource="review")


def _columns(change: msgspec.Struct, key: str) -> dict[str, Any]:
    """What is to be written, by the column's name."""
    values = {name: getattr(change, name) for name in change.__struct_fields__ if name != key}
    return {name: value for name, value in values.items() if value is not UNSET}


async def _graph(connection: Any, statement: str, course: CourseFacts) -> Graph:
    rows = await connection.fetch(statement, UUID(course.id))
    return {row["one"]: tuple(row["needs"]) for row in rows}


async def _check_module(connection: Any, course: CourseFacts, module_id: UUID | None) -> None:
    statement = "select exists (select from course_modules where id = $1 and course_id = $2)"
    if not await connection.fetchval(statement, module_id, UUID(course.id)):
        raise ValidationError.of("prerequisiteModuleId", "is no module of this course")


async def _reorder(
    connection: Any, place: tuple[str, str, UUID], field: str, ids: Sequence[str], at: int
) -> None:
    """Number the rows of `place` (table, column, key) as named. Each must be, once."""
    table, column, key = place
    statement = f"select id from {table} where {column} = $1"  # noqa: S608 - names of our own
    rows = await connection.fetch(statement, key)
    wanted = [maybe_uuid(each) for each in ids]
    if len(wanted) != len(rows) or set(wanted) != {row["id"] for row in rows}:
        raise ValidationError.of(field, "must name every one there is, and no other")
    await _number(connection, table, wanted, at)


async def _close_gap(connection: Any, table: str, column: str, key: UUID, at: int) -> None:
    """Number what is left from 1."""
    ordered = f"where {column} = $1 order by order_number"
    statement = f"select id from {table} {ordered}"  # noqa: S608 - names of our own
    rows = await connection.fetch(statement, key)
    await _number(connection, table, [row["id"] for row in rows], at)


async def _number(connection: Any, table: str, ids: Sequence[UUID | None], at: int) -> None:
    await connection.execute("set constraints all deferred")
    await connection.execute(ORDER.format(table=table), ids, instant(at))
    await connection.execute("set constraints all immediate")
