"""Which renditions are made of a source: none larger than it, so many that each network has one."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import msgspec

from protocol.transcoding import RENDITIONS

STEPS: Final = (360, 720, 1080)
"""Pixels of the shorter side, whichever that is."""
APART: Final = 1.15
"""A source so much larger than the last step, and below the largest, is a step of its own."""
LONGEST: Final = 2.5
"""The longer side, in steps; 21:9 has 2.33."""
FULL_HD: Final = 1920 * 1080
FULL_HD_KILOBITS: Final = 5_000
FEWER_PIXELS: Final = 0.75
"""The exponent: with a quarter of the pixels a picture takes a third of the bits."""
LEAST_KILOBITS: Final = 100
FAST: Final = 30
"""Frames a second; the smallest renditions have no more, and more of them take more bits."""
FASTER: Final = 1.4
RATES: Final = (
    *(Fraction(5), Fraction(10), Fraction(12), Fraction(15), Fraction(20)),
    *(Fraction(24_000, 1_001), Fraction(24), Fraction(25), Fraction(30_000, 1_001), Fraction(30)),
    *(Fraction(48), Fraction(50), Fraction(60_000, 1_001), Fraction(60)),
)
SAME_RATE: Final = Fraction(1, 50_000)
"""30 and 29.97 are two; what a container rounds is not."""


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """`kilobits` a second are not passed for longer than a second or two."""

    name: str
    width: int
    height: int
    rate: Fraction
    kilobits: int


def steady_rate(said: Fraction) -> Fraction:
    """The rate of all renditions for a source of so many frames a second, by what it says.

    The usual one that is nearest, or if none is near, the next above it.
    """
    nearest = min(RATES, key=lambda rate: abs(rate - said))
    if abs(nearest - said) <= SAME_RATE * said:
        return nearest
    return next((rate for rate in RATES if rate >= said), RATES[-1])


def ladder(width: int, height: int, rate: Fraction) -> tuple[Rendition, ...]:
    """The renditions of a source, the smallest first. Its sides are as they are shown, from 1 on.

    `rate` is one of `RATES`.
    """
    short = min(width, height)
    steps = [step for step in STEPS if step <= short]
    most = min(short, STEPS[-1])
    if not steps or most >= APART * steps[-1]:
        steps.append(most)
    return tuple(
        _rendition(name, step, width, height, rate)
        for name, step in zip(RENDITIONS, steps, strict=False)
    )


def _rendition(name: str, step: int, width: int, height: int, rate: Fraction) -> Rendition:
    short, long = min(width, height), max(width, height)
    factor = min(Fraction(1), Fraction(step, short), Fraction(_longest(step), long))
    wide, high = _even(width * factor), _even(height * factor)
    own = rate / 2 if step <= STEPS[0] and rate > FAST else rate
    wanted = FULL_HD_KILOBITS * (wide * high / FULL_HD) ** FEWER_PIXELS
    kilobits = wanted * (FASTER if own > FAST else 1)
    return Rendition(
        name=name,
        width=wide,
        height=high,
        rate=own,
        kilobits=max(LEAST_KILOBITS, round(kilobits)),
    )


def _longest(step: int) -> int:
    return int(max(step, STEPS[0]) * LONGEST)


def _even(side: Fraction) -> int:
    """H.264 halves the sides for colours."""
    return max(2, int(side) // 2 * 2)
