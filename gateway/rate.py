"""How often a client may ask: the generic cell rate algorithm (ATM Forum, 1996).

It needs one number for each client: the time until which the client's rate is used up.
"""

from __future__ import annotations


class Rate:
    """`per_second` on average, `burst` ahead of it. One for all clients; each keeps its number."""

    __slots__ = ("_ahead", "_interval", "per_second")

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second = per_second
        self._interval = 1000 / per_second
        self._ahead = burst * self._interval

    def spend(self, paid_until: float, at: int) -> float | None:
        """The client's number after one more at `at` milliseconds; None if that is one too many."""
        paid_until = max(paid_until, at) + self._interval
        return None if paid_until - at > self._ahead else paid_until
