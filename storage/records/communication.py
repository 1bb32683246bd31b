"""What the course rooms ask of the records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.errors import NotFoundError
from protocol.records import RoomFacts
from storage.postgres import Database
from storage.records.rows import course_facts, maybe_uuid

ENROLLED = """
select exists (select from enrollments
               where course_id = $1 and student_id = $2 and status <> 'dropped')
"""


class PostgresCommunicationRecords:
    """Implements `protocol.records.CommunicationRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def room(self, course_id: str, user_id: str) -> RoomFacts | None:
        """None when there is no such course."""

        async def unit(connection: Any) -> RoomFacts | None:
            try:
                course = await course_facts(connection, course_id)
            except NotFoundError:
                return None
            enrolled = await connection.fetchval(ENROLLED, UUID(course.id), maybe_uuid(user_id))
            return RoomFacts(course=course, enrolled=enrolled)

        return await self._database.run(unit, transaction=False)
