"""Enrolling: `Address("enrollments", "")`. Nothing lives between commands."""

from __future__ import annotations

from uuid import UUID

from actors.enrollments import machine
from protocol.enrollments import EnrollInCourse
from protocol.envelope import Message
from protocol.ports import Clock
from protocol.records import EnrollmentRecords, RandomBytes


class EnrollmentsHandler:
    """Enrols."""

    kind = "enrollments"

    def __init__(self, *, records: EnrollmentRecords, clock: Clock, random: RandomBytes) -> None:
        self._records = records
        self._clock = clock
        self._random = random

    async def handle(self, message: Message) -> Message:
        """Raises the errors that the messages document."""
        if not isinstance(message, EnrollInCourse):
            raise TypeError(f"enrollments does not handle {type(message).__name__}")
        return await self._records.enroll(
            str(UUID(bytes=self._random(16), version=4)),
            message.by,
            message.course_id,
            self._clock.now(),
            machine.enrollable(message.by),
        )
