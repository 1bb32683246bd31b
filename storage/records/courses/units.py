"""The frame of every change to a course: lock its row first, announce the change last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from protocol.courses.events import CourseEvent
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from protocol.records.common import CourseFacts
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.audit import note
from storage.records.course_facts import course_facts, locked_course_of
from storage.records.progress import recount
from storage.records.values import as_uuid, instant

E = TypeVar("E", bound=CourseEvent)
T = TypeVar("T")
Operation = Callable[[Any, CourseFacts], Awaitable[E]]
"""The body of a unit, which changes the locked course in the connection's transaction.

It asks the rule, writes, and returns the event to announce.
"""


class CourseUnits:
    """Units of work on courses for one acting user, whom the events name.

    Every unit that appends to a course locks its row first, so order numbers have no gaps or
    duplicates.
    """

    def __init__(self, database: Database, by: str) -> None:
        self._database = database
        self._by = by

    async def run(self, unit: Callable[[Any], Awaitable[T]]) -> T:
        """Run the unit in a transaction."""
        return await self._database.run(unit)

    async def announce(
        self,
        connection: Any,
        course_id: str,
        event: CourseEvent,
        at: int,
        also: Sequence[OutboxEvent] = (),
    ) -> None:
        """Queue the event with the acting user, and `also` the events that follow from it."""
        event = msgspec.structs.replace(event, by=self._by)
        await announce(connection, Address("course", course_id), event, at, also)

    async def note(
        self, connection: Any, action: str, course_id: str, at: int, **more: Any
    ) -> None:
        """Write what the acting user did with the course into the audit trail."""
        await note(connection, self._by, action, "course", course_id, at, **more)

    async def change(
        self,
        course_id: str | UUID,
        at: int,
        operation: Operation[E],
        *,
        find: str = "",
        resource: str = "course",
        recounted: bool = False,
    ) -> E:
        """Lock the course, change it, announce the change. `find` finds the course of a `resource`.

        `recounted`: its lessons changed, so everybody's progress is recounted.
        """

        async def unit(connection: Any) -> E:
            lock = "for no key update"
            if find:
                key = as_uuid(course_id, resource)
                course = await locked_course_of(connection, find, key, resource, lock=lock)
            else:
                course = await course_facts(connection, course_id, lock=lock)
            event = await operation(connection, course)
            through: list[OutboxEvent] = []
            if recounted:
                through = await recount(connection, UUID(course.id), instant(at))
            await self.announce(connection, course.id, event, at, through)
            return event

        return await self._database.run(unit)
