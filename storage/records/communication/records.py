"""The records that course rooms need, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from protocol.records.communication import RoomFacts
from storage.gathering import Gatherer
from storage.postgres import Connection, Database
from storage.records.course_facts import COURSE_COLUMNS, facts_of
from storage.records.values import maybe_uuid

COURSE_OF_THREAD = "select course_id from discussion_threads where id = $1"
ROOMS = f"""
select asked.number, {COURSE_COLUMNS},
       exists (select from enrollments e
               where e.course_id = c.id and e.student_id = asked.user_id and e.status <> 'dropped')
           as enrolled
from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (course_id, user_id, number)
join courses c on c.id = asked.course_id
"""  # noqa: S608


class _Asked(NamedTuple):
    """A course, and the user who wants to enter its room; None if there can be none."""

    course_id: UUID
    user_id: UUID | None


class PostgresCommunicationRecords:
    """Implements `protocol.records.communication.CommunicationRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms = Gatherer(database, _rooms)

    async def room(self, course_id: str, user_id: str) -> RoomFacts | None:
        """Read a course room's facts; None if there is no such course."""
        return await self._room(maybe_uuid(course_id), user_id)

    async def room_of_thread(self, thread_id: str, user_id: str) -> RoomFacts | None:
        """The course room of a discussion; None if there is no such discussion."""
        key = maybe_uuid(thread_id)
        course_id: UUID | None = await self._database.run(
            lambda c: c.fetchval(COURSE_OF_THREAD, key), transaction=False
        )
        return await self._room(course_id, user_id)

    async def _room(self, course_id: UUID | None, user_id: str) -> RoomFacts | None:
        if course_id is None:
            return None
        return await self._rooms.get(_Asked(course_id, maybe_uuid(user_id)))


async def _rooms(connection: Connection, asked: Sequence[_Asked]) -> Mapping[_Asked, RoomFacts]:
    courses, users = map(list, zip(*asked, strict=True))
    rows = await connection.fetch(ROOMS, courses, users)
    return {
        asked[row["number"] - 1]: RoomFacts(course=facts_of(row), enrolled=row["enrolled"])
        for row in rows
    }
