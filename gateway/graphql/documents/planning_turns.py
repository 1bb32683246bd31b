"""Whose turn it is to have a new document planned: one in each turn of the event loop.

Planning takes a millisecond. A hundred clients that each send a document of their own at once
would hold everybody else for as long as all of them take together. So what is sent in between is
served in between; who asks for known documents never waits. Long documents, which take up to a
tenth of a second, are planned in a thread, one after another.
"""

from __future__ import annotations

from typing import Final

import trio

from gateway.graphql.documents.documents import Documents
from gateway.graphql.planning.plan import Plan
from protocol.errors import Overloaded

MAX_WAITING: Final = 2_000
"""Requests; with documents of ordinary length the last of them waits a few seconds."""
LONG: Final = 1_000
"""Characters. A document that makes the library work hardest takes 20 ms for so many."""

Key = tuple[str, str | None]


class PlanningTurns:
    """One for a node. A text with the operation's name has one turn, whoever waits for it."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._taken = False
        """Something new is planned in this turn of the loop."""
        self._woken = False
        """Somebody plans as soon as the loop comes to their task."""
        self._queue: dict[Key, trio.Event] = {}
        self._waiting = 0
        self._of_long_ones = trio.Lock()
        """Held while one is planned; who waits for the same document then finds it planned."""

    def plan_nowait(self, text: str, operation_name: str | None) -> Plan | None:
        """The plan, or None if its turn must be waited for. Raises `RequestError`."""
        plan = self._documents.known(text, operation_name)
        if plan is not None or self._taken or len(text) > LONG:
            return plan
        self._take()
        return self._documents.plan(text, operation_name)

    async def plan(self, text: str, operation_name: str | None) -> Plan:
        """The plan, when its turn has come. Raises `RequestError` and `Overloaded`."""
        if self._waiting >= MAX_WAITING:
            raise Overloaded("Too many new documents are sent at once; try again")
        self._waiting += 1
        try:
            if len(text) > LONG:
                async with self._of_long_ones:
                    return await self._documents.plan_beside(text, operation_name)
            await self._turn(text, operation_name).wait()
        finally:
            self._waiting -= 1
        return self._documents.plan(text, operation_name)

    def _turn(self, text: str, operation_name: str | None) -> trio.Event:
        if not self._taken:
            self._take()
        return self._queue.setdefault((text, operation_name), trio.Event())

    def _take(self) -> None:
        self._taken = True
        trio.lowlevel.current_trio_token().run_sync_soon(self._next)

    def _next(self) -> None:
        """Another turn of the loop has begun."""
        if self._queue:
            self._queue.pop(next(iter(self._queue))).set()
            self._woken = True
            self._take()
        elif self._woken:  # the last one is planned in this turn
            self._woken = False
            self._take()
        else:
            self._taken = False
