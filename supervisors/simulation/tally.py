"""The counts of a simulated game, and the table at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """Counts over all players. Latencies in seconds, from `live.answer` to its acknowledgement."""

    joins: int = 0
    join_latencies: list[float] = field(default_factory=list)
    sent: int = 0
    acknowledged: dict[tuple[str, int], Any] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    reconnects: int = 0
    resent: int = 0
    in_results: int = 0
    lost: list[tuple[str, int]] = field(default_factory=list)

    def refuse(self, code: str) -> None:
        """Count an answer that the server refused."""
        self.refused[code] = self.refused.get(code, 0) + 1

    def check(self, results: Sequence[dict[str, Any]]) -> None:
        """Compare what was acknowledged with the server's results.

        `results` rows have `playerId` and `answers`, a list by question index of the given answer
        or None.
        """
        kept = {
            (row["playerId"], index): answer
            for row in results
            for index, answer in enumerate(row["answers"])
            if answer is not None
        }
        self.in_results = len(kept)
        self.lost = [key for key, answer in self.acknowledged.items() if kept.get(key) != answer]


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def rows(tally: Tally) -> list[tuple[str, str]]:
    """The rows of the final table, name and value."""

    def latency(values: Sequence[float]) -> str:
        parts = (f"{percentile(values, share) * 1000:.1f}" for share in (0.5, 0.95, 0.99))
        return " / ".join(parts) + " ms"

    refused = ", ".join(f"{code} {count}" for code, count in sorted(tally.refused.items()))
    return [
        ("players joined", str(tally.joins)),
        ("join latency p50 / p95 / p99", latency(tally.join_latencies)),
        ("answers sent", str(tally.sent)),
        ("answers acknowledged", str(len(tally.acknowledged))),
        ("answers in the results", str(tally.in_results)),
        ("acknowledged but lost", str(len(tally.lost))),
        ("refused", refused or "none"),
        ("sent again after a reconnect", str(tally.resent)),
        ("acknowledgement latency p50 / p95 / p99", latency(tally.latencies)),
        ("reconnects", str(tally.reconnects)),
    ]
