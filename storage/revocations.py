"""Which sessions were ended lately, in memory and in PostgreSQL.

A process asks its memory alone, for every request. PostgreSQL fills it: at the start before
anything is answered, then whenever a commit of this process or another has ended a session, and now
and then in case a wake was lost. What Redis holds or has lost plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog
import trio

from protocol.access import Identity
from protocol.errors import StoaError
from protocol.ports import Clock
from protocol.wakes import Waiter
from storage.postgres import Database
from storage.records.values import instant, milliseconds

ACCESS_MS = 15 * 60 * 1000
"""How long an access token lives, and so how long an end matters to those who hold one."""
REFRESH_MS = 30 * 24 * 3600 * 1000
"""The same for refresh tokens."""
MAX_REMEMBERED = 100_000
"""Ends of the last `ACCESS_MS`; passwords cannot be compared fast enough to begin more sessions."""
OVERLAP_MS = 60_000
"""A transaction may commit later than others with a later time, but not later than this."""
NET_SECONDS = 20.0

NEWLY_ENDED = """
select user_id::text, session_id, began_before, ended_at from ended_sessions
where ended_at > $1 order by ended_at desc limit $2
"""
SWEEP = "delete from ended_sessions where ended_at < $1"

log = structlog.get_logger()


class Ended(NamedTuple):
    """Sessions of `user_id` from before `before`: one by id, or all (empty). In milliseconds."""

    user_id: str
    session_id: str
    before: int
    at: int


class Revocations:
    """The memory of a process. Never waits."""

    def __init__(self, clock: Clock, *, bound: int = MAX_REMEMBERED) -> None:
        self._clock = clock
        self._bound = bound
        self._refused: dict[str, tuple[int, int]] = {}
        """By user or session id: sessions begun before the first number are refused until the
        second. In the order of the second, but for a little."""

    def __len__(self) -> int:
        return len(self._refused)

    def refuse(self, user_id: str, before: int, session_id: str | None = None) -> None:
        """Refuse access tokens of sessions that began before that moment from now on.

        With `session_id`, all those of that session.
        """
        # One session may have ended in the millisecond in which it began.
        moment = before + 1 if session_id else before
        self.take(Ended(user_id, session_id or "", moment, self._clock.now()))

    def take(self, ended: Ended) -> None:
        """Remember an end. The latest of several counts."""
        now, key = self._clock.now(), ended.session_id or ended.user_id
        while self._refused and next(iter(self._refused.values()))[1] <= now:
            del self._refused[next(iter(self._refused))]
        before, until = self._refused.pop(key, (0, 0))
        if len(self._refused) >= self._bound:
            del self._refused[next(iter(self._refused))]
        self._refused[key] = (max(before, ended.before), max(until, ended.at + ACCESS_MS))

    def is_refused(self, identity: Identity) -> bool:
        """Whether the session of these tokens was ended."""
        if not self._refused:
            return False
        for key in (identity.user_id, identity.session_id):
            before, until = self._refused.get(key, (0, 0))
            if identity.began < before and until > self._clock.now():
                return True
        return False


class PostgresRevocations:
    """Fills a memory from the ends that commits have left. Every process has one."""

    def __init__(self, database: Database, memory: Revocations, clock: Clock) -> None:
        self._database = database
        self._memory = memory
        self._clock = clock
        self._newest = 0

    async def load(self) -> None:
        """Take in what was ended since the last call, at first since `ACCESS_MS`.

        Raises `StoaError` when storage does not answer.
        """
        since = max(self._newest - OVERLAP_MS, self._clock.now() - ACCESS_MS)
        rows = await self._database.run(
            lambda c: c.fetch(NEWLY_ENDED, instant(since), MAX_REMEMBERED), transaction=False
        )
        for ended in reversed(_all_ended(rows)):
            self._memory.take(ended)
            self._newest = max(self._newest, ended.at)

    async def run(
        self, waiter: Waiter, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Keep the memory fresh until cancelled."""
        task_status.started()
        while True:
            await waiter.wait(now=self._clock.now(), due_at=None, net_seconds=NET_SECONDS)
            try:
                await self.load()
            except StoaError as error:
                log.warning("revocations.unavailable", error=error.message, code=error.code)
                waiter.wake(self._clock.now() + 1000)

    async def sweep(self) -> int:
        """Delete the ends from before which no token can be any more. How many there were."""
        before = instant(self._clock.now() - REFRESH_MS)
        done = await self._database.run(lambda c: c.execute(SWEEP, before), transaction=False)
        return int(done.split()[1])


def _all_ended(rows: Sequence[Any]) -> list[Ended]:
    return [
        Ended(
            row["user_id"],
            row["session_id"],
            milliseconds(row["began_before"]),
            milliseconds(row["ended_at"]),
        )
        for row in rows
    ]
