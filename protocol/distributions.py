"""How long things take: counts by bounds that are fixed beforehand, as Prometheus has them.

Observing costs a search among a dozen numbers. One thread writes a distribution, any may read it:
what is read may lack the newest observation, which the next reading has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds for what clients wait for."""
TURN_SECONDS = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Upper bounds for turns of the event loop, most of which are far shorter."""
OTHER = "other"
MAX_LABELS = 400


class Shown(NamedTuple):
    """What was observed: for each bound how many took at most so long, and of all the number and
    the sum."""

    bounds: tuple[float, ...]
    at_most: tuple[int, ...]
    number: int
    sum: float


class Distribution:
    """Of durations in seconds."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one; a duration below 0 (a clock that was set) is none."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        if seconds > 0:
            self._sum += seconds

    def shown(self) -> Shown:
        """A copy."""
        summed = tuple(accumulate(self._counts))
        return Shown(self._bounds, summed[:-1], summed[-1], self._sum)


class Distributions:
    """One for each label that is known; everything else is `other`.

    Labels must come from us: a client that could invent them would fill memory. At most
    `MAX_LABELS` are kept.
    """

    __slots__ = ("_bounds", "_known", "_labels", "_other")

    def __init__(self, labels: Iterable[str], bounds: tuple[float, ...] = SECONDS) -> None:
        self._labels = frozenset(sorted(set(labels))[:MAX_LABELS])
        self._bounds = bounds
        self._other = Distribution(bounds)
        self._known = {OTHER: self._other}  # and each label from its first use on

    def of(self, label: str) -> Distribution:
        """That of a label."""
        if (found := self._known.get(label)) is not None:
            return found
        if label not in self._labels:
            return self._other
        return self._known.setdefault(label, Distribution(self._bounds))

    def shown(self) -> Mapping[str, Shown]:
        """A copy of those in which there is anything."""
        found = ((label, each.shown()) for label, each in sorted(self._known.copy().items()))
        return {label: shown for label, shown in found if shown.number}
