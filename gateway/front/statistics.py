"""What the front counts, for the operators' console and for Prometheus."""

from __future__ import annotations

from collections import Counter
from typing import Any


class Counters:
    """Totals since the start. Plain attributes, because they are written on the hot path."""

    __slots__ = (
        "accepted",
        "bytes_received",
        "bytes_sent",
        "dropped_volatile",
        "failures",
        "frames_received",
        "frames_sent",
        "refusals",
        "requests",
        "slow_consumers",
        "websockets_opened",
    )

    def __init__(self) -> None:
        self.accepted = 0
        self.requests = 0
        self.websockets_opened = 0
        self.frames_received = 0
        self.frames_sent = 0
        self.bytes_received = 0
        self.bytes_sent = 0
        self.dropped_volatile = 0
        self.slow_consumers = 0
        self.failures = 0
        self.refusals: Counter[str] = Counter()

    def as_dict(self) -> dict[str, Any]:
        """A copy, `refusals` by reason."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values["refusals"] = dict(self.refusals)
        return values
