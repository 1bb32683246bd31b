"""Whether a node can serve now: from what it saw lately, and else by asking.

A question is asked at most once in `FRESH_SECONDS`, or in `RETRY_SECONDS` while the answer is bad,
however often somebody wants to know; so asking costs nothing, and a recovery shows within a second.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import trio

from protocol.errors import StoaError
from storage.write_outcomes import WriteOutcome

FRESH_SECONDS = 5.0
RETRY_SECONDS = 1.0
PROBE_SECONDS = 2.0
OK = "ok"

Ask = Callable[[], Awaitable[None]]
Seen = Callable[[], WriteOutcome | None]


class Check:
    """One question. `ask` raises `StoaError` for no; `seen` is what ordinary work showed.

    `now` reads the seconds of `seen`.
    """

    def __init__(
        self,
        ask: Ask,
        *,
        seen: Seen = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._seen = seen
        self._now = now
        self._asked: WriteOutcome | None = None
        self._turn = trio.Lock()

    async def answer(self) -> str:
        """`ok`, or why not."""
        known = self._known()
        if known is None:
            async with self._turn:
                known = self._known() or await self._probe()
        return known.failure or OK

    def _known(self) -> WriteOutcome | None:
        """The newest answer, if it is new enough."""
        outcomes = [each for each in (self._seen(), self._asked) if each is not None]
        newest = max(outcomes, key=lambda each: each.at, default=None)
        if newest is None:
            return None
        lasts = FRESH_SECONDS if newest.failure is None else RETRY_SECONDS
        return newest if self._now() - newest.at < lasts else None

    async def _probe(self) -> WriteOutcome:
        failure = None
        try:
            with trio.fail_after(PROBE_SECONDS):
                await self._ask()
        except trio.TooSlowError:
            failure = f"no answer within {PROBE_SECONDS:g} s"
        except StoaError as error:
            failure = error.message
        self._asked = WriteOutcome(failure, self._now())
        return self._asked
