"""Whether a node can serve now: from what it saw lately, and else by asking.

A question is asked at most once in `FRESH_SECONDS`, or in `RETRY_SECONDS` while the answer is bad,
however often somebody wants to know; so asking costs nothing, and a recovery shows within a second.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import trio

from protocol.errors import StoaError
from storage.write_outcomes import WriteOutcome, WriteOutcomes

FRESH_SECONDS = 5.0
RETRY_SECONDS = 1.0
PROBE_SECONDS = 2.0
OK = "ok"

Ask = Callable[[], Awaitable[None]]
Seen = Callable[[], WriteOutcomes | None]


class Check:
    """One question. `ask` raises `StoaError` for no; `seen` is what ordinary work showed.

    Ordinary work is believed when it succeeds, until it fails; from then on only asking can show
    that it is over, since on a full disk a small write may still find a place. `now` reads the
    seconds of `seen`.
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
        newest = self._newest()
        if newest is None:
            return None
        lasts = FRESH_SECONDS if newest.failure is None else RETRY_SECONDS
        return newest if self._now() - newest.at < lasts else None

    def _newest(self) -> WriteOutcome | None:
        seen, asked = self._seen(), self._asked
        if seen is None or seen.newest is None:
            return asked
        if asked is None:
            return seen.newest_failure or seen.newest
        failed = seen.newest_failure
        if failed is not None and failed.at >= asked.at:
            return failed
        if asked.failure is not None:
            return asked
        return max(seen.newest, asked, key=lambda each: each.at)

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
