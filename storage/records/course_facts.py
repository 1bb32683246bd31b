"""Facts about a course for the rules of every domain, and the course a thing belongs to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.errors import NotFoundError
from protocol.money import to_minor
from protocol.permissions import Relation
from protocol.records.common import CourseFacts
from storage.course_of import course_of_lesson, course_of_module, course_of_question, course_of_quiz
from storage.records.values import as_uuid

COURSE_COLUMNS = """
       c.id::text, c.instructor_id::text, c.status, c.price, c.currency, c.enrollment_count,
       array(select user_id::text from course_teachers t
             where t.course_id = c.id and t.role = 'co_teacher') as co_teacher_ids,
       array(select user_id::text from course_teachers t
             where t.course_id = c.id and t.role = 'assistant') as assistant_ids
"""
"""The columns from which `facts_of` makes the facts of a course."""
COURSE_FACTS = f"select {COURSE_COLUMNS} from courses c where c.id = $1"  # noqa: S608
LOCK = "select from courses where id = $1"
OF_MODULE = f"select {course_of_module('$1')}"
OF_LESSON = f"select {course_of_lesson('$1')}"
OF_QUIZ = f"select {course_of_quiz('$1')}"
OF_QUESTION = f"select {course_of_question('$1')}"
STUDIES = """
select status from enrollments where course_id = $1 and student_id = $2
"""
ENROLLED = """
select exists (select from enrollments
               where course_id = $1 and student_id = $2 and status <> 'dropped')
"""


async def course_facts(connection: Any, course_id: str | UUID, *, lock: str = "") -> CourseFacts:
    """Read the facts of a course. Raises `NotFoundError`.

    `lock`: a locking clause, such as `for no key update`. The facts are read after the lock is
    held: a statement that waits for it sees the row of now, and the teachers of before.
    """
    key = as_uuid(course_id, "course")
    if lock:
        await connection.execute(f"{LOCK} {lock}", key)
    row = await connection.fetchrow(COURSE_FACTS, key)
    if row is None:
        raise NotFoundError("course", str(course_id))
    return facts_of(row)


def facts_of(row: Any) -> CourseFacts:
    """The facts of a course, from a row that has `COURSE_COLUMNS`."""
    return CourseFacts(
        id=row["id"],
        instructor_id=row["instructor_id"],
        co_teacher_ids=tuple(row["co_teacher_ids"]),
        assistant_ids=tuple(row["assistant_ids"]),
        status=row["status"],
        price=to_minor(row["price"], row["currency"]),
        currency=row["currency"],
        enrollment_count=row["enrollment_count"],
    )


async def course_of(connection: Any, statement: str, key: UUID, resource: str) -> UUID:
    """The course that `statement` finds for a module, lesson and so on. Raises `NotFoundError`."""
    course_id: UUID | None = await connection.fetchval(statement, key)
    if course_id is None:
        raise NotFoundError(resource, str(key))
    return course_id


async def course_of_quiz_facts(connection: Any, quiz_id: str) -> CourseFacts:
    """The facts of the course of a quiz. Raises `NotFoundError`."""
    course_id = await course_of(connection, OF_QUIZ, as_uuid(quiz_id, "quiz"), "quiz")
    return await course_facts(connection, course_id)


async def locked_course_of(
    connection: Any, statement: str, key: UUID, resource: str, *, lock: str
) -> CourseFacts:
    """Lock the course of a module, lesson and so on, which then exists until the transaction ends.

    Whoever held the lock before may have deleted the resource, so it is looked up again.
    Raises `NotFoundError`.
    """
    course_id = await course_of(connection, statement, key, resource)
    await connection.execute(f"{LOCK} {lock}", course_id)
    of_now = f"select {COURSE_COLUMNS} from courses c where c.id = ({statement})"  # noqa: S608
    row = await connection.fetchrow(of_now, key)
    if row is None or row["id"] != str(course_id):
        raise NotFoundError(resource, str(key))
    return facts_of(row)


async def studies(connection: Any, course_id: UUID, user_id: UUID | None) -> frozenset[Relation]:
    """Whether the user is a student of the course, was one, or never was (empty)."""
    status = await connection.fetchval(STUDIES, course_id, user_id)
    if status is None:
        return frozenset()
    return frozenset({Relation.FORMER if status == "dropped" else Relation.STUDENT})


async def is_enrolled(connection: Any, course_id: UUID, user_id: UUID | None) -> bool:
    """Whether the user is enrolled in the course and has not dropped out."""
    enrolled: bool = await connection.fetchval(ENROLLED, course_id, user_id)
    return enrolled
