"""Waking the actors that live by the clock, since they ask what has happened to time."""

from __future__ import annotations

import trio

from supervisors.hosting import Hosting

AT_ONCE = 25
"""Actors that are woken in one turn of the loop: each may move its deadline and write that down. A
thousand in one turn would be a stall themselves, of which all would be told again."""


class TimedWaker:
    """Wakes every actor of a timed kind, a few in each turn."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._wanted = trio.Event()

    def wake_soon(self) -> None:
        """May be called in the middle of anything, the loop's own steps included."""
        trio.lowlevel.current_trio_token().run_sync_soon(self._want, idempotent=True)

    def _want(self) -> None:
        self._wanted.set()

    async def run(self) -> None:
        """Wake when wanted, until cancelled. What is wanted meanwhile follows."""
        while True:
            await self._wanted.wait()
            self._wanted = trio.Event()
            timed = [each for each in self._hosting.live.values() if each.kind.timed]
            for number, runner in enumerate(timed, start=1):
                runner.mailbox.wake()
                if number % AT_ONCE == 0:
                    await trio.lowlevel.checkpoint()
