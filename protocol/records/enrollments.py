"""The records of enrolments: who is enrolled where, and their progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from protocol.enrollments import (
    Enrolled,
    LessonMoved,
    ReadmitStudent,
    RemoveStudent,
    StudentReadmitted,
    StudentRemoved,
    StudentUnenrolled,
)
from protocol.idempotency import Once
from protocol.records.common import CourseFacts


class NewEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    student_id: str
    course_id: str
    payment_id: str | None = None
    at: int
    once: Once | None = None


class EnrollmentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`status`: active, completed or dropped. `removed`: a teacher has removed the student."""

    id: str
    student_id: str
    status: str
    course: CourseFacts
    removed: bool = False


class MissingLesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that must be completed first. `by_module`: since its whole module must be."""

    id: str
    title: str
    module_id: str
    module_title: str
    by_module: bool = False


class LessonProgressFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A student's progress in a lesson, and what must be completed first.

    `quiz_taken`: the student has a result in a finished live game of a quiz of this lesson.
    """

    enrollment: EnrollmentFacts
    status: str
    is_preview: bool
    is_quiz: bool = False
    quiz_taken: bool = False
    missing: tuple[MissingLesson, ...] = ()


EntryRule = Callable[[CourseFacts, bool], None]
"""Gets whether a teacher has removed the student from the course."""


WithdrawRule = Callable[[EnrollmentFacts], None]


ProgressRule = Callable[[LessonProgressFacts], str]
"""Returns the lesson's new status."""


class EnrollmentRecords(Protocol):
    """Enrolments and progress."""

    async def enroll(self, enrollment: NewEnrollment, rule: EntryRule) -> Enrolled:
        """Enrol, count, and begin the progress of every lesson. Announces the reply.

        A dropped enrolment becomes active again under its old id, with the progress made before.
        Raises `ConflictError` on `course_id` (enrolled already) or `enrollment_limit` (full).
        """
        ...

    async def withdraw(
        self, enrollment_id: str, reason: str | None, at: int, rule: WithdrawRule
    ) -> StudentUnenrolled:
        """Drop the enrolment and free its place. Announces the reply."""
        ...

    async def remove(self, command: RemoveStudent, at: int, rule: WithdrawRule) -> StudentRemoved:
        """Drop the enrolment, free its place, and keep the student out.

        Announces the reply, tells the student and records it in the audit trail.
        """
        ...

    async def readmit(
        self, command: ReadmitStudent, at: int, rule: WithdrawRule
    ) -> StudentReadmitted:
        """Let the student back, to the place and progress of before if there was one.

        Announced, told and recorded like a removal. Raises `ConflictError` on `enrollment_limit`.
        """
        ...

    async def advance(
        self,
        enrollment_id: str,
        lesson_id: str,
        add_seconds: int,
        at: int,
        rule: ProgressRule,
        once: Once | None = None,
    ) -> LessonMoved:
        """Record progress in a lesson, and what follows from it for the course.

        Announces `ProgressChanged` when a status has changed, `ModuleCompleted`, and
        `CourseCompleted` the first time.
        """
        ...
