"""The records that course rooms need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from protocol.records.common import CourseFacts

MAX_STORED_EVENT = 32 * 1024
"""Bytes of the largest event of a room, generously."""


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


class StoredRoom(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a room's journal: from which version, said when (ms), to which version."""

    course_id: str
    first: int
    first_at: int
    last: int


class StoredRooms(Protocol):
    """The journals of course rooms, of which what is old is deleted, the oldest first.

    Before anything is deleted the room must have been asked (`communication.RemoveMessages`).
    """

    async def rooms(self, *, after: str, limit: int) -> Sequence[StoredRoom]:
        """Those that store something, by course id, beginning behind `after`."""
        ...

    async def size(self, course_id: str, *, after: int, to: int) -> int:
        """Bytes of the events after one version and up to another."""
        ...

    async def beyond(self, course_id: str, *, size: int, spared: int) -> int | None:
        """When the newest event happened that is not among the newest `size` bytes, nor among the
        newest `spared` events; None if there is none."""
        ...

    async def delete(self, course_id: str, *, before: int, limit: int) -> int:
        """Delete the oldest events, at most `limit`, up to the first that is not from before then.

        The newest is never deleted. Returns how many there were.
        """
        ...

    async def delete_set_aside(self, *, before: int, limit: int) -> int:
        """Delete events from before then that an operator has set aside."""
        ...
