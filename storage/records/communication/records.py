"""The records that course rooms need, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.errors import NotFoundError
from protocol.records.communication import RoomFacts
from storage.postgres import Database
from storage.records.course_facts import course_facts, is_enrolled
from storage.records.values import maybe_uuid

COURSE_OF_THREAD = "select course_id from discussion_threads where id = $1"


class PostgresCommunicationRecords:
    """Implements `protocol.records.communication.CommunicationRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def room(self, course_id: str, user_id: str) -> RoomFacts | None:
        """Read a course room's facts; None if there is no such course."""

        async def unit(connection: Any) -> RoomFacts | None:
            return await _room(connection, course_id, user_id)

        return await self._database.run(unit, transaction=False)

    async def room_of_thread(self, thread_id: str, user_id: str) -> RoomFacts | None:
        """The course room of a discussion; None if there is no such discussion."""

        async def unit(connection: Any) -> RoomFacts | None:
            course_id = await connection.fetchval(COURSE_OF_THREAD, maybe_uuid(thread_id))
            return None if course_id is None else await _room(connection, course_id, user_id)

        return await self._database.run(unit, transaction=False)


async def _room(connection: Any, course_id: str | UUID, user_id: str) -> RoomFacts | None:
    try:
        course = await course_facts(connection, course_id)
    except NotFoundError:
        return None
    enrolled = await is_enrolled(connection, UUID(course.id), maybe_uuid(user_id))
    return RoomFacts(course=course, enrolled=enrolled)
