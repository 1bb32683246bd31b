"""Past publications of a topic, rebuilt from the journal for clients that were away.

Many come back at the same time, so they share their reads. Callers that come during a read wait,
and a single read that begins after the last of them serves them all.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import trio

from actors.codec import UnreadableJournal
from actors.communication.room import machine as room
from actors.kind import LiveKind
from gateway.fanout import Publication
from protocol.communication import ROOM_KIND
from protocol.envelope import Address
from protocol.errors import StoaError, StorageUnavailable
from protocol.ports import Journal
from protocol.recovery import MAX_MISSED

Missed = tuple[int, Publication]


class _Read:
    """One read of a topic for all waiting callers. It holds everything after position `covers`."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.done = trio.Event()
        self.covers = 0
        self.found: list[Missed] = []
        self.error: StoaError | None = StorageUnavailable()
        """The error for the others if the caller that reads for them is cancelled."""


class RoomHistory:
    """`gateway.realtime.returning.History` over the journal of course rooms."""

    def __init__(self, journal: Journal, kind: LiveKind) -> None:
        self._journal = journal
        self._codec = kind.codec
        self._current: dict[str, _Read] = {}
        self._next: dict[str, _Read] = {}
        self.reads = 0

    async def missed(self, course_id: str, after: int) -> Sequence[Missed] | None:
        """The durable publications of a room with a higher position than `after`, in order.

        They include all that were released before the call. None: there were more than
        `MAX_MISSED`. Raises `StoaError`.
        """
        read = self._next.get(course_id)
        if read is None:
            read = await self._lead(course_id, after)
        else:
            read.after = min(read.after, after)
            await read.done.wait()
        if read.error is not None:
            raise read.error
        if after < read.covers:
            return None
        return [missed for missed in read.found if missed[0] > after]

    async def _lead(self, course_id: str, after: int) -> _Read:
        """Read for this caller and for all who call before the read begins."""
        read = self._next[course_id] = _Read(after)
        try:
            while (current := self._current.get(course_id)) is not None:
                await current.done.wait()
            self._current[course_id] = self._next.pop(course_id)
            await self._fill(course_id, read)
            read.error = None
        except StoaError as error:
            read.error = error
        finally:
            for table in (self._next, self._current):
                if table.get(course_id) is read:
                    del table[course_id]
            read.done.set()
        return read

    async def _fill(self, course_id: str, read: _Read) -> None:
        self.reads += 1
        limit = MAX_MISSED + 1
        events = await self._journal.read_since(
            Address(ROOM_KIND, course_id), after_position=read.after, limit=limit
        )
        read.covers = read.after if len(events) < limit else events[0].position
        try:
            decoded = [(stored, self._codec.decode_event(stored)) for stored in events]
        except UnreadableJournal:
            # Whoever comes back starts afresh, and is told by the room itself what is wrong.
            read.covers = sys.maxsize
            return
        for stored, event in decoded:
            publish = room.durable_publication(course_id, event)
            if publish is not None:
                again = Publication(publish.event, publish.data, position=stored.position)
                read.found.append((stored.position, again))
