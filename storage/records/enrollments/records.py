"""Enrolments and progress in SQL.

A change of a student's progress holds a share lock on the course's row, so that lessons are added
and deleted (which recounts everybody) only between such changes. It also locks the enrolment's own
row, so that one student's changes come one after the other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from protocol.enrollments import (
    Enrolled,
    LessonMoved,
    ModuleCompleted,
    ProgressChanged,
    ReadmitStudent,
    RemoveStudent,
    StudentReadmitted,
    StudentRemoved,
    StudentUnenrolled,
)
from protocol.envelope import Address, Message
from protocol.errors import ConflictError, NotFoundError
from protocol.idempotency import Once
from protocol.ports import OutboxEvent
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
from storage.records.enrollments import removal
from storage.records.idempotency import at_most_once
from storage.records.living import living
from storage.records.progress import recount
from storage.records.values import as_uuid, instant, maybe_uuid, milliseconds

# It returns no row if the student is enrolled already. A dropped enrolment comes back.
INSERT_ENROLLMENT = """
insert into enrollments (id, student_id, course_id, enrolled_at, created_at, updated_at, payment_id)
values ($1, $2, $3, $4, $4, $4, $5)
on conflict (student_id, course_id) do update
    set status = 'active', enrolled_at = excluded.enrolled_at, updated_at = excluded.updated_at,
        payment_id = coalesce(excluded.payment_id, enrollments.payment_id), withdrawn_at = null,
        withdrawal_reason = null
    where enrollments.status = 'dropped'
returning id
"""
# Enrolments of one course run one after the other under its row lock, so the limit holds.
COUNT = """
update courses set enrollment_count = enrollment_count + 1, updated_at = $2
where id = $1 and (enrollment_limit is null or enrollment_count < enrollment_limit)
"""
COUNT_LESS = """
update courses set enrollment_count = enrollment_count - 1, updated_at = $2 where id = $1
"""
BEGIN_PROGRESS = """
insert into lesson_progress (enrollment_id, lesson_id)
select $1, l.id from lessons l join course_modules m on m.id = l.module_id where m.course_id = $2
on conflict (enrollment_id, lesson_id) do nothing
"""
REMOVED = """
select exists (select from enrollments
               where course_id = $1 and student_id = $2 and removed_at is not null)
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
               join quizzes q on q.id = g.quiz_id
           where q.lesson_id = l.id and r.user_id = $3 and g.phase = 'finished'
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
COUNTED = """
select e.progress_percentage::float as percentage, e.completed_at,
       count(*) filter (where p.status = 'completed') as completed, count(*) as total
from enrollments e join lesson_progress p on p.enrollment_id = e.id
where e.id = $1 group by e.id
"""
MODULE_DONE = "select completed from module_progress where enrollment_id = $1 and module_id = $2"


_MISSING = msgspec.json.Decoder(tuple[MissingLesson, ...])


class PostgresEnrollmentRecords:
    """Implements `protocol.records.enrollments.EnrollmentRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enroll(self, enrollment: NewEnrollment, rule: EntryRule) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply."""

        async def unit(connection: Any) -> Enrolled:
            course = await course_facts(connection, enrollment.course_id, lock="for no key update")
            student = maybe_uuid(enrollment.student_id)
            rule(course, await connection.fetchval(REMOVED, UUID(course.id), student))
            await living(connection, enrollment.student_id)
            key, now = UUID(course.id), instant(enrollment.at)
            kept = await _insert(connection, enrollment, key, now)
            if await connection.execute(COUNT, key, now) != "UPDATE 1":
                raise ConflictError("This course is full", conflict_field="enrollment_limit")
            await connection.execute(BEGIN_PROGRESS, kept, key)
            through = await recount(connection, key, now, kept)
            enrolled = Enrolled(
                enrollment_id=str(kept), course_id=course.id, student_id=enrollment.student_id
            )
            aggregate = Address("enrollment", str(kept))
            await announce(connection, aggregate, enrolled, enrollment.at, through)
            return enrolled

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
                events = await _follow(connection, facts, lesson_id, row["module_id"], status, at)
                await write_outbox(connection, [(event, at) for event in events])
            return LessonMoved(progress_id=str(row["id"]), enrollment_id=facts.id)

        return await self._database.run(at_most_once(once, LessonMoved, unit, at))


async def _insert(connection: Any, enrollment: NewEnrollment, course: UUID, now: datetime) -> UUID:
    kept: UUID | None = await connection.fetchval(
        INSERT_ENROLLMENT,
        UUID(enrollment.id),
        as_uuid(enrollment.student_id, "user"),
        course,
        now,
        maybe_uuid(enrollment.payment_id),
    )
    if kept is None:
        raise ConflictError("You are enrolled in this course already", conflict_field="course_id")
    return kept


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


async def _follow(
    connection: Any, facts: EnrollmentFacts, lesson_id: str, module: UUID, status: str, at: int
) -> list[OutboxEvent]:
    """Apply a lesson's new status to its module and the course; returns the events."""
    key = UUID(facts.id)
    through = await recount(connection, UUID(facts.course.id), instant(at), key)
    counted = await connection.fetchrow(COUNTED, key)
    completed_at = counted["completed_at"]
    who = {
        "enrollment_id": facts.id,
        "course_id": facts.course.id,
        "student_id": facts.student_id,
    }
    events: list[Message] = [
        ProgressChanged(
            **who,
            lesson_id=str(as_uuid(lesson_id, "lesson")),
            progress_percentage=counted["percentage"],
            completed_lessons=counted["completed"],
            total_lessons=counted["total"],
            completed_at=None if completed_at is None else milliseconds(completed_at),
            at=at,
        )
    ]
    if status == "completed" and await connection.fetchval(MODULE_DONE, key, module):
        events.append(ModuleCompleted(**who, module_id=str(module)))
    aggregate = Address("enrollment", facts.id)
    return [*(OutboxEvent(aggregate, event) for event in events), *through]
