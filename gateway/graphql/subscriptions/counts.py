"""Counters of subscriptions for the metrics."""

from __future__ import annotations

from collections import Counter

from protocol.errors import InternalError, StoaError


class Counts:
    """`living` is the present number; the others are totals since the start."""

    def __init__(self) -> None:
        self.living = 0
        self.started = 0
        self.payload_failures = 0
        self.ended: Counter[str] = Counter()

    def count_start(self) -> None:
        """A subscription has begun."""
        self.started += 1
        self.living += 1

    def count_failure(self) -> int:
        """The number of another payload that is an error."""
        self.payload_failures += 1
        return self.payload_failures

    def count_end(self, error: Exception) -> None:
        """A subscription has ended with an error."""
        self.ended[error.code if isinstance(error, StoaError) else InternalError.code] += 1
