"""How long the chat of course rooms is kept: the handler of the job that removes what is old.

First the room forgets, which is an event of its journal that stands for all before it; then the
rows are deleted in batches, the oldest first. Whatever interrupts it, the next attempt goes on
where this one ended. A room that does not answer, or whose history cannot be read, is left alone.
"""

from __future__ import annotations

from typing import NamedTuple

import structlog

from protocol.bounded import BoundedDict
from protocol.communication import ROOM_KIND, RemoveMessages
from protocol.envelope import Address
from protocol.errors import StoaError
from protocol.ports import Clock, Post
from protocol.records.communication import MAX_STORED_EVENT, StoredRoom, StoredRooms
from protocol.recovery import MAX_MISSED
from supervisors.running_job import RunningJob

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MEGABYTE = 1_000_000
ROOMS_AT_ONCE = 200
ROWS_AT_ONCE = 500
SPARED_MS = HOUR_MS
"""What is younger is kept however much it is: clients that were away get it again."""
MEASURED = 10_000
"""Rooms whose size is remembered; others are measured again."""

log = structlog.get_logger(__name__)


class Retention(NamedTuple):
    """How many days a message is kept, and how many megabytes of a course; 0: all."""

    days: int
    megabytes: int

    def oldest_kept(self, now: int) -> int:
        """The time before which nothing is kept, the beginning of a day; 0 or less if all is.

        Whole days, so that a room forgets once a day at most.
        """
        return (now - self.days * DAY_MS) // DAY_MS * DAY_MS if self.days else 0


class _Measured(NamedTuple):
    """The size of a room up to a version, in bytes."""

    version: int
    size: int


class ChatRetention:
    """Handles `protocol.communication.REMOVE_OLD_MESSAGES`."""

    def __init__(self, rooms: StoredRooms, post: Post, clock: Clock, keep: Retention) -> None:
        self._rooms = rooms
        self._post = post
        self._clock = clock
        self._keep = keep
        self._measured: BoundedDict[str, _Measured] = BoundedDict(MEASURED)

    async def remove(self, job: RunningJob) -> None:
        """Go through all rooms. Raises `StoaError` if storage fails."""
        if not any(self._keep):
            return
        after = ""
        while found := await self._rooms.rooms(after=after, limit=ROOMS_AT_ONCE):
            for room in found:
                await self._trim(job, room)
            after = found[-1].course_id
        await self._trim_set_aside(job)

    async def _trim(self, job: RunningJob, room: StoredRoom) -> None:
        before = self._keep.oldest_kept(self._clock.now())
        if room.first_at < before:
            await self._remove(job, room.course_id, before)
        before = await self._oldest_that_fits(room)
        if room.first_at < before:
            await self._remove(job, room.course_id, before)

    async def _remove(self, job: RunningJob, course_id: str, before: int) -> None:
        try:
            await self._post.ask(Address(ROOM_KIND, course_id), RemoveMessages(before=before))
        except StoaError as error:
            log.warning("room.not_trimmed", course_id=course_id, code=error.code)
            return
        self._measured.pop(course_id, None)
        while True:
            n = await self._rooms.delete(course_id, before=before, limit=ROWS_AT_ONCE)
            job.removed += n
            if n < ROWS_AT_ONCE:
                return

    async def _oldest_that_fits(self, room: StoredRoom) -> int:
        """Before when the room must forget so that the rest fits, with some space to grow; 0 if
        all of it does."""
        bound = self._keep.megabytes * MEGABYTE
        if not bound or (room.last - room.first + 1) * MAX_STORED_EVENT <= bound:
            return 0
        if await self._size(room) <= bound:
            return 0
        at = await self._rooms.beyond(room.course_id, size=bound * 9 // 10, spared=MAX_MISSED)
        return 0 if at is None else min(at + 1, self._clock.now() - SPARED_MS)

    async def _size(self, room: StoredRoom) -> int:
        known = self._measured.get(room.course_id, _Measured(0, 0))
        grown = await self._rooms.size(room.course_id, after=known.version, to=room.last)
        self._measured.remember(room.course_id, _Measured(room.last, known.size + grown))
        return known.size + grown

    async def _trim_set_aside(self, job: RunningJob) -> None:
        before = self._keep.oldest_kept(self._clock.now())
        while before > 0:
            n = await self._rooms.delete_set_aside(before=before, limit=ROWS_AT_ONCE)
            job.removed += n
            if n < ROWS_AT_ONCE:
                return
