"""The log's lines about what clients do wrong: one for each mistake, and of a flood some.

Whoever can reach the server can do wrong as often as they like; the log must not fill the disk
with that, nor cost more than the mistake did.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import structlog

LINES_A_SECOND = 50
"""A class that does the same wrong thing at once is told in full; an attack is not."""
WINDOW_MS = 1_000
MAX_WHY = 200
"""Characters of an explanation; some repeat what the client sent."""

_log = structlog.get_logger(__name__)


class ClientErrorLog:
    """`now` reads milliseconds. What is not told is counted, and the next line says how many."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._began = 0
        self._said = 0
        self._unsaid = 0

    def say(
        self,
        event: str,
        *,
        reason: str,
        why: str = "",
        level: Literal["info", "warning"] = "info",
        **facts: Any,
    ) -> None:
        """One line, unless there were `LINES_A_SECOND` of them in this second already."""
        now = self._now()
        if now - self._began >= WINDOW_MS:
            self._began, self._said = now, 0
        if self._said >= LINES_A_SECOND:
            self._unsaid += 1
            return
        self._said += 1
        if self._unsaid:
            facts["unsaid"], self._unsaid = self._unsaid, 0
        if why:
            facts["why"] = why[:MAX_WHY]
        getattr(_log, level)(event, reason=str(reason), **facts)
