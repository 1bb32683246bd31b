"""What the course rooms ask the records."""

from __future__ import annotations

from typing import Protocol

import msgspec

from protocol.records.common import CourseFacts


class RoomFacts(msgspec.Struct, frozen=True, kw_only=True):
    course: CourseFacts
    enrolled: bool


class CommunicationRecords(Protocol):
    """Who may enter a course room, and read its discussions."""

    async def room(self, course_id: str, user_id: str) -> RoomFacts | None:
        """None when there is no such course."""
        ...

    async def room_of_thread(self, thread_id: str, user_id: str) -> RoomFacts | None:
        """The room of the course that a discussion belongs to; None when there is no such one."""
        ...
