"""Rate limiting by the generic cell rate algorithm (ATM Forum, 1996).

It needs one number per client: the time until which the client's rate is used up.
"""

from __future__ import annotations


class Rate:
    """A rate of `per_second` on average, with up to `burst` ahead of it.

    One object serves all clients; each keeps its own number.
    """

    __slots__ = ("_ahead", "_interval", "per_second")

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second = per_second
        self._interval = 1000 / per_second
        self._ahead = burst * self._interval

    def spend(self, paid_until: float, at: int) -> float | None:
        """The client's number after one more request at `at` milliseconds; None if that is one
        too many."""
        paid_until = (paid_until if paid_until > at else at) + self._interval
        return None if paid_until - at > self._ahead else paid_until


FLOOD_MS = 5_000
"""How long a client is watched before it is said to flood."""
FLOOD_SHARE = 8
"""Refused for each that is allowed, at the least: that is nine in ten."""


class Meter:
    """One client's use of a rate.

    `refused_in_a_row` counts its refused requests since the last one that was allowed. `floods`
    says that for five seconds nine in ten were refused: who goes on like that hears no refusals.
    """

    __slots__ = (
        "_allowed",
        "_paid_until",
        "_rate",
        "_refused",
        "_watched_since",
        "floods",
        "refused_in_a_row",
    )

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._paid_until = 0.0
        self._watched_since = 0
        self._allowed = 0
        self._refused = 0
        self.floods = False
        self.refused_in_a_row = 0

    def allow(self, at: int) -> bool:
        """Count one more request at `at` milliseconds. False if that is one too many."""
        paid_until = self._rate.spend(self._paid_until, at)
        if paid_until is None:
            self.refused_in_a_row += 1
            self._watch(at)
            return False
        self._paid_until = paid_until
        self.refused_in_a_row = 0
        self._allowed += 1
        return True

    def _watch(self, at: int) -> None:
        """Count a refused request; the time begins with the first, and anew every five seconds."""
        if not self._refused or at - self._watched_since >= FLOOD_MS:
            least = max(self._allowed, self._rate.per_second * FLOOD_MS / 1000)
            self.floods = self._refused >= FLOOD_SHARE * least
            self._watched_since = at
            self._allowed = self._refused = 0
        self._refused += 1
