"""Enrolling and getting on: `Address("enrollments", "")`. Nothing lives between commands."""

from __future__ import annotations

from uuid import UUID

from actors.enrollments import machine
from protocol.enrollments import (
    EnrollInCourse,
    GrantEnrollment,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.envelope import Message
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.enrollments import EnrollmentRecords, NewEnrollment


class EnrollmentsHandler:
    """Enrols, withdraws, and notes progress."""

    kind = "enrollments"

    def __init__(self, *, records: EnrollmentRecords, clock: Clock, random: RandomBytes) -> None:
        self._records = records
        self._clock = clock
        self._random = random

    async def handle(self, message: Message) -> Message:
        """Raises the errors that the messages document."""
        match message:
            case EnrollInCourse():
                new = self._enrollment(message.by, message.course_id)
                return await self._records.enroll(new, machine.enrolling(message))
            case GrantEnrollment():
                new = self._enrollment(message.student_id, message.course_id, message.payment_id)
                rule = machine.enrollable(message.student_id, paid=True)
                return await self._records.enroll(new, rule)
            case WithdrawEnrollment():
                reason = machine.withdrawal_reason(message)
                return await self._records.withdraw(
                    message.enrollment_id,
                    reason,
                    self._clock.now(),
                    machine.withdrawable(message.by, message.by_role),
                )
            case UpdateLessonProgress():
                return await self._records.advance(
                    message.enrollment_id,
                    message.lesson_id,
                    machine.progress_seconds(message),
                    self._clock.now(),
                    machine.advancing(message),
                )
        raise TypeError(f"enrollments does not handle {type(message).__name__}")

    def _enrollment(
        self, student_id: str, course_id: str, payment_id: str | None = None
    ) -> NewEnrollment:
        return NewEnrollment(
            id=str(UUID(bytes=self._random(16), version=4)),
            student_id=student_id,
            course_id=course_id,
            payment_id=payment_id,
            at=self._clock.now(),
        )
