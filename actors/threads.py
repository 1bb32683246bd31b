"""Rules that take more than a few milliseconds, carried out beside the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import trio

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Runs pure functions in threads, at most `at_once` of them; the others wait for their turn.

    A function that is waited for no longer is not begun. One that has begun is not interrupted, so
    its work must be bounded, or it must call `trio.from_thread.check_cancelled` now and then.
    """

    def __init__(self, at_once: int) -> None:
        self._limiter = trio.CapacityLimiter(at_once)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What it returns; what it raises is raised here."""
        return await trio.to_thread.run_sync(
            lambda: function(*args, **kwargs), limiter=self._limiter
        )
