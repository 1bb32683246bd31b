"""The records that course rooms need."""

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
        """Read a course room's facts; None if there is no such course."""
        ...

    async def room_of_thread(self, thread_id: str, user_id: str) -> RoomFacts | None:
        """The course room of a discussion; None if there is no such discussion."""
        ...
