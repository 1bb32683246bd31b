"""What the newest writes say about whether PostgreSQL takes writes now."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple


class WriteOutcome(NamedTuple):
    """The newest write: None or why it failed, and when in monotonic seconds."""

    failure: str | None
    at: float


class WriteOutcomes:
    """Remembers the newest outcome, and the newest failure. Called in any thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.newest: WriteOutcome | None = None
        self.newest_failure: WriteOutcome | None = None

    def succeeded(self) -> None:
        """A transaction that wrote was committed."""
        self.newest = WriteOutcome(None, self._now())

    def failed(self, why: str) -> None:
        """A write failed for a reason that others would meet as well."""
        self.newest = self.newest_failure = WriteOutcome(why, self._now())
