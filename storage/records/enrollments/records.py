"""Enrolments and progress in SQL.

A change of a student's progress holds a share lock on the course's row, so that lessons are added
and deleted (which recounts everybody) only between such changes. It also locks the enrolment's own
row, so that one student's changes come one after the other.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from protocol.enrollments import (
    AccommodationSet,
    Enrolled,
    LessonMoved,
    QuizResultRecorded,
    ReadmitStudent,
    RecordQuizResult,
    RemoveStudent,
    SetAccommodation,
    StudentReadmitted,
    StudentRemoved,
    StudentUnenrolled,
)
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.idempotency import Once
from protocol.records.common import CourseRule
from protocol.records.enrollments import (
    EnrollmentFacts,
    EntryRule,
    LessonProgressFacts,
    MissingLesson,
    NewEnrollment,
    ProgressRule,
    WithdrawRule,
)
from storage.journal.outbox import write_outbox
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.course_facts import course_facts, locked_course_of
from storage.records.enrollments import accommodations, entering, quiz_results, removal
from storage.records.enrollments.following import follow
from storage.records.idempotency import at_most_once
from storage.records.values import as_uuid, instant, maybe_uuid

COUNT_LESS = """
update courses set enrollment_count = enrollment_count - 1, updated_at = $2 where id = $1
"""
OF_ENROLLMENT = "select course_id from enrollments where id = $1"
LOCK_ENROLLMENT = """
select id::text, student_id::text, status, removed_at is not null as removed
from enrollments where id = $1 for update
"""
WITHDRAW = """
update enrollments
set status = 'dropped', withdrawn_at = $2, withdrawal_reason = $3, updated_at = $2
where id = $1
"""
LESSON = """
select p.id, p.status, l.is_preview, l.module_id,
       (
           select json_agg(json_build_object(
                      'id', n.id, 'title', n.title, 'module_id', n.module_id,
                      'module_title', nm.title,
                      'by_module', n.module_id is not distinct from m.prerequisite_module_id)
                  order by n.created_at, n.id)::text
           from lessons n join lesson_progress np on np.lesson_id = n.id
               join course_modules nm on nm.id = n.module_id
           where np.enrollment_id = $1 and np.status <> 'completed' and (
               n.id in (select lp.prerequisite_id from lesson_prerequisites lp
                        where lp.lesson_id = l.id)
               or n.module_id = m.prerequisite_module_id)
       ) as missing,
       l.lesson_type = 'quiz' as is_quiz,
       exists (
           select 1 from live_quiz_results r join live_quizzes g on g.id = r.live_quiz_id
           where g.lesson_id = l.id and r.user_id = $3 and g.phase = 'finished'
       ) as quiz_taken
from lesson_progress p join lessons l on l.id = p.lesson_id
    join course_modules m on m.id = l.module_id
where p.enrollment_id = $1 and p.lesson_id = $2
"""
MOVE = """
update lesson_progress
set status = $2,
    time_spent_seconds = least(time_spent_seconds::bigint + $3, 2147483647),
    completed_at = case when $2 = 'completed' then coalesce(completed_at, $4) end,
    last_accessed_at = $4, updated_at = $4
where id = $1
"""
ACCESSED = "update enrollments set last_accessed_at = $2, updated_at = $2 where id = $1"


_MISSING = msgspec.json.Decoder(tuple[MissingLesson, ...])


class PostgresEnrollmentRecords:
    """Implements `protocol.records.enrollments.EnrollmentRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enroll(self, enrollment: NewEnrollment, rule: EntryRule) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply."""

        async def unit(connection: Any) -> Enrolled:
            course = await course_facts(connection, enrollment.course_id, lock=entering.LOCK)
            return await entering.enter(connection, course, enrollment, rule)

        tried = at_most_once(enrollment.once, Enrolled, unit, enrollment.at)
        return await self._database.run(tried)

    async def withdraw(
        self, enrollment_id: str, reason: str | None, at: int, rule: WithdrawRule
    ) -> StudentUnenrolled:
        """Drop the enrolment and free its place. Announces the reply."""

        async def unit(connection: Any) -> StudentUnenrolled:
            key = as_uuid(enrollment_id, "enrollment")
            facts = await _enrollment(connection, key, lock="for no key update")
            rule(facts)
            now = instant(at)
            await connection.execute(WITHDRAW, key, now, reason)
            await connection.execute(COUNT_LESS, UUID(facts.course.id), now)
            left = StudentUnenrolled(
                enrollment_id=facts.id, course_id=facts.course.id, student_id=facts.student_id
            )
            await announce(connection, Address("enrollment", facts.id), left, at)
            return left

        return await self._database.run(unit)

    async def remove(self, command: RemoveStudent, at: int, rule: WithdrawRule) -> StudentRemoved:
        """Drop the enrolment, free its place, and keep the student out. Announces the reply."""

        async def unit(connection: Any) -> StudentRemoved:
            key = as_uuid(command.enrollment_id, "enrollment")
            facts = await _enrollment(connection, key, lock="for no key update")
            rule(facts)
            return await removal.remove(connection, facts, command, at)

        return await self._database.run(unit)

    async def readmit(
        self, command: ReadmitStudent, at: int, rule: WithdrawRule
    ) -> StudentReadmitted:
        """Let the student back. Announces the reply."""

        async def unit(connection: Any) -> StudentReadmitted:
            key = as_uuid(command.enrollment_id, "enrollment")
            facts = await _enrollment(connection, key, lock="for no key update")
            rule(facts)
            return await removal.readmit(connection, facts, command, at)

        return await self._database.run(unit)

    async def accommodate(
        self, command: SetAccommodation, at: int, rule: CourseRule
    ) -> AccommodationSet:
        """Keep a student's extra time. Raises `NotFoundError`."""
        return await self._database.run(lambda c: accommodations.accommodate(c, command, at, rule))

    async def record_quiz(self, command: RecordQuizResult, at: int) -> QuizResultRecorded:
        """Keep the result, and what follows from it for the course. Raises `NotFoundError`."""
        return await self._database.run(lambda c: quiz_results.record(c, command, at))

    async def advance(
        self,
        enrollment_id: str,
        lesson_id: str,
        add_seconds: int,
        at: int,
        rule: ProgressRule,
        once: Once | None = None,
    ) -> LessonMoved:
        """Record progress in a lesson, and what follows from it for the course."""

        async def unit(connection: Any) -> LessonMoved:
            key = as_uuid(enrollment_id, "enrollment")
            facts = await _enrollment(connection, key, lock="for share")
            student = UUID(facts.student_id)
            row = await connection.fetchrow(LESSON, key, maybe_uuid(lesson_id), student)
            if row is None:
                raise NotFoundError("lesson", lesson_id)
            status = rule(
                LessonProgressFacts(
                    enrollment=facts,
                    status=row["status"],
                    is_preview=row["is_preview"],
                    missing=_MISSING.decode(row["missing"]) if row["missing"] else (),
                    is_quiz=row["is_quiz"],
                    quiz_taken=row["quiz_taken"],
                )
            )
            await connection.execute(MOVE, row["id"], status, add_seconds, instant(at))
            await connection.execute(ACCESSED, key, instant(at))
            if status != row["status"]:
                events = await follow(connection, facts, lesson_id, row["module_id"], status, at)
                await write_outbox(connection, [(event, at) for event in events])
            return LessonMoved(progress_id=str(row["id"]), enrollment_id=facts.id)

        return await self._database.run(at_most_once(once, LessonMoved, unit, at))


async def _enrollment(connection: Any, key: UUID, *, lock: str) -> EnrollmentFacts:
    """Lock the course and then the enrolment, the order that everybody uses."""
    course = await locked_course_of(connection, OF_ENROLLMENT, key, "enrollment", lock=lock)
    row = await connection.fetchrow(LOCK_ENROLLMENT, key)
    return EnrollmentFacts(
        id=row["id"],
        student_id=row["student_id"],
        status=row["status"],
        course=course,
        removed=row["removed"],
    )
