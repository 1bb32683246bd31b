"""Files that users import: a few are read at a time, and one of each user."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import trio

from actors.threads import Threads
from protocol.errors import Overloaded

IMPORTS_AT_ONCE = 1
"""Files read at the same time, each in a thread beside the event loop; they share one core."""


class _Import(NamedTuple):
    """A user's file that is being read, and the key it came with."""

    key: str | None
    ended: trio.Event


class Imports:
    """Knows whose files are being read, in the `threads`."""

    def __init__(self) -> None:
        self.threads = Threads(IMPORTS_AT_ONCE)
        self._running: dict[str, _Import] = {}

    @asynccontextmanager
    async def of(self, user_id: str, key: str | None = None) -> AsyncIterator[bool]:
        """One user's files do not stand before those of everybody else. Raises `Overloaded`.

        A repetition under the same key waits for the first; the value is whether it has waited.
        """
        waited = False
        while (running := self._running.get(user_id)) is not None:
            if key is None or key != running.key:
                raise Overloaded("Another file of yours is being read; try again when it is done")
            await running.ended.wait()
            waited = True
        self._running[user_id] = mine = _Import(key, trio.Event())
        try:
            yield waited
        finally:
            del self._running[user_id]
            mine.ended.set()
