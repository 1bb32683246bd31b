"""Reads by key, gathered: one statement for all who ask while another one is under way.

A class that comes back at once asks a thousand times for accounts, rights and sessions, and most of
what such a question costs is its way to the database and back. Nothing is kept: an answer is never
older than its question.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

import trio

from protocol.errors import Overloaded, StoaError
from storage.asyncio_thread import Cancel
from storage.postgres import Connection, Database

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE: Final = 2
"""Statements of one kind under way: with a second one, nobody waits for a connection that hangs."""
MAX_KEYS: Final = 500
"""Keys in one statement; beyond this the cost of each no longer falls."""
MAX_WAITING: Final = 20_000
"""Who may wait for statements of one kind: twice as many as for all others together."""


class _Group(Generic[K]):
    """Keys that are read together, and those who wait for them."""

    __slots__ = ("came", "cancel", "keys", "outcome", "waiting")

    def __init__(self) -> None:
        self.keys: dict[K, None] = {}
        self.waiting = 0
        self.came = trio.Event()
        self.outcome: Any = None
        """What was found by key, or the exception, once it `came`."""
        self.cancel: Cancel | None = None

    def left(self) -> None:
        """Nobody waits any more: end the statement, or ask it for nothing once it begins."""
        if self.cancel is not None:
            self.cancel()
        else:
            self.keys.clear()


class Gatherer(Generic[K, V]):
    """Reads of one kind.

    `read(connection, keys)` returns what it finds, by key. It must not change anything, and must
    not fail for one key: all who asked with it would get its error.
    """

    def __init__(
        self,
        database: Database,
        read: Callable[[Connection, Sequence[K]], Awaitable[Mapping[K, V]]],
    ) -> None:
        self._database = database
        self._read = read
        self._groups: deque[_Group[K]] = deque()
        self._under_way = 0
        self._waiting = 0

    async def get(self, key: K) -> V | None:
        """What is found by that key in a statement that begins after the call.

        Raises what `Database.run` does.
        """
        if self._waiting >= MAX_WAITING:
            raise Overloaded("Too many database operations are waiting; try again")
        group = self._group()
        group.keys[key] = None
        group.waiting += 1
        self._waiting += 1
        self._begin()
        try:
            await group.came.wait()
        finally:
            self._waiting -= 1
            group.waiting -= 1
            if not group.waiting:
                group.left()
        if isinstance(group.outcome, BaseException):
            # One error goes to all who asked, and none may see the stack frames of the others.
            raise group.outcome.with_traceback(None)
        found: V | None = group.outcome.get(key)
        return found

    def _group(self) -> _Group[K]:
        """The youngest that has not begun, or a new one."""
        if not self._groups or len(self._groups[-1].keys) >= MAX_KEYS:
            self._groups.append(_Group())
        return self._groups[-1]

    def _begin(self) -> None:
        while self._groups and self._under_way < AT_ONCE:
            group = self._groups.popleft()
            if group.waiting:  # else all have left
                self._begin_with(group)

    def _begin_with(self, group: _Group[K]) -> None:
        keys = list(group.keys)

        async def unit(connection: Connection) -> Mapping[K, V]:
            return await self._read(connection, keys)

        def ended(outcome: Any) -> None:
            self._under_way -= 1
            group.outcome, group.cancel = outcome, None
            group.came.set()
            self._begin()

        self._under_way += 1
        try:
            group.cancel = self._database.submit(unit, ended, transaction=False)
        except StoaError as error:
            ended(error)
