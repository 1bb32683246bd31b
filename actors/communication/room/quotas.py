"""How much may be said in a room, by one person and by all, so that nobody fills the disk.

The generic cell rate algorithm: for each speaker the time until which a rate is used up. It follows
from the journalled messages, so it is the same after a restart.
"""

from __future__ import annotations

from typing import NamedTuple

from protocol.errors import RateLimited

DAY_MS = 24 * 60 * 60 * 1000
ROOM = ""
"""The speaker that stands for all together."""
MAX_SPEAKERS = 1_000
"""Kept before those are forgotten who have used up nothing."""

Spent = dict[str, tuple[int, int]]
"""By speaker, for each rate, the time in ms until which it is used up."""


class Rate(NamedTuple):
    """`burst` messages ahead of one in each `interval_ms`."""

    interval_ms: int
    burst: int

    def after(self, until: int, at: int) -> int:
        """Until when the rate is used up after one more."""
        return max(until, at) + self.interval_ms

    def wait_ms(self, until: int, at: int) -> int:
        """For how long no more may be said; 0 or less: at once."""
        return self.after(until, at) - at - self.burst * self.interval_ms


PERSON = (Rate(2_000, burst=20), Rate(DAY_MS // 500, burst=500))
"""A lively talk, and 500 messages a day: two megabytes of the longest."""
EVERYBODY = (Rate(50, burst=1_000), Rate(DAY_MS // 20_000, burst=20_000))


def check(spent: Spent, user_id: str, at: int) -> None:
    """Raises `RateLimited` for whoever, or for a room that, has said too much."""
    waits = [
        rate.wait_ms(until, at)
        for speaker, rates in ((user_id, PERSON), (ROOM, EVERYBODY))
        for rate, until in zip(rates, spent.get(speaker, (0, 0)), strict=True)
    ]
    if max(waits) > 0:
        raise RateLimited(max(waits) / 1000)


def spend(spent: Spent, user_id: str, at: int) -> None:
    """Count a message that was said."""
    for speaker, rates in ((user_id, PERSON), (ROOM, EVERYBODY)):
        short, long = spent.get(speaker, (0, 0))
        spent[speaker] = rates[0].after(short, at), rates[1].after(long, at)
    if len(spent) > MAX_SPEAKERS:
        for speaker in [each for each, until in spent.items() if max(until) <= at]:
            del spent[speaker]
