"""Points, which may have a half: 2 or 1.5, and nothing between.

Halves are binary fractions, so a float holds each of them exactly, and whole points stay ints, as
they have always been in journals and on the wire. Arithmetic is done on halves as ints.
"""

from __future__ import annotations

Points = int | float
"""An int if whole, and otherwise a float that ends in .5."""


def halves(points: Points) -> int:
    """How many halves these points are."""
    return int(points * 2)


def points_of(halves: int) -> Points:
    """So many halves as points."""
    whole, half = divmod(halves, 2)
    return whole + 0.5 if half else whole


def total(one: Points, other: Points) -> Points:
    """Their sum; an int again where two halves meet."""
    return points_of(halves(one) + halves(other))


def has_halves(points: Points) -> bool:
    """Whether these are points at all: whole ones, or with a half."""
    return float(points * 2).is_integer()
