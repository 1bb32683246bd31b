"""Log lines about clients' errors: one for each error, and only some of a flood.

Any client can cause as many errors as it likes; logging them must not fill the disk, nor cost more
than the error did.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import structlog

LINES_A_SECOND = 50
"""Enough to log a class that makes the same error at once, but not an attack."""
WINDOW_MS = 1_000
MAX_WHY = 200
"""Characters of an explanation, which may repeat what the client sent."""

_log = structlog.get_logger(__name__)


class ClientErrorLog:
    """`now` reads milliseconds.

    Lines that are left out are counted, and the next line has the number.
    """

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
        """Log one line, unless this second has had `LINES_A_SECOND` of them already."""
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
