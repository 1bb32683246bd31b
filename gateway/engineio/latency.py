"""How far away a client is, from round trips that the server began and the server timed.

A client can answer a ping late, never early. So a sample is an upper bound of the true round trip,
and lying gains little: the estimate is the median of the last samples, after dropping those far
above it, halved and capped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MIN_SAMPLES: Final = 3
"""With fewer round trips than this nothing is credited."""

KEPT_SAMPLES: Final = 9
"""How many round trips are kept: enough that four late echoes cannot move the median past honest
ones."""

MAX_ROUND_TRIP_MS: Final = 1_000
"""Slower samples count as this slow: nobody is credited more than half of it."""

OUTLIER_FACTOR: Final = 3
"""A sample over three times the median (and over the slack) says nothing about the link."""

OUTLIER_SLACK_MS: Final = 30
"""Jitter that never counts as an outlier."""


def with_sample(samples: tuple[int, ...], round_trip_ms: int) -> tuple[int, ...]:
    """The kept samples after adding one, without the oldest. Negative ones count as 0."""
    capped = min(max(round_trip_ms, 0), MAX_ROUND_TRIP_MS)
    return (*samples[-(KEPT_SAMPLES - 1) :], capped)


def one_way_ms(samples: Sequence[int]) -> float:
    """Half the median round trip in milliseconds, 0 until there are `MIN_SAMPLES`.

    At most `MAX_ROUND_TRIP_MS / 2`. With an honest majority, late echoes move it at most to half
    the largest honest sample.
    """
    if len(samples) < MIN_SAMPLES:
        return 0.0
    middle = _lower_median(samples)
    limit = max(middle * OUTLIER_FACTOR, middle + OUTLIER_SLACK_MS)
    credible = [sample for sample in samples if sample <= limit]
    return min(_lower_median(credible), MAX_ROUND_TRIP_MS) / 2


def _lower_median(samples: Sequence[int]) -> int:
    """The median; of two in the middle the smaller, which credits less."""
    return sorted(samples)[(len(samples) - 1) // 2]
