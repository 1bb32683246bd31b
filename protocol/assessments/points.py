"""Points, to the hundredth: 2, 1.5 or 0.25, and nothing between.

Whole points are ints, as they have always been in journals and on the wire; others are the floats
nearest to their hundredths, which are written with two digits and read as the same floats.
Arithmetic is done on hundredths as ints, so no sum is rounded.
"""

from __future__ import annotations

from decimal import Decimal

Points = int | float
"""An int if whole, and otherwise the float that is nearest to its hundredths."""
ONE = 100
"""The hundredths of a point."""


def hundredths(points: Points | Decimal) -> int:
    """How many hundredths these points are; a database has decimals."""
    return round(points * ONE)


def points_of(hundredths: int) -> Points:
    """So many hundredths as points."""
    whole, rest = divmod(hundredths, ONE)
    return hundredths / ONE if rest else whole


def total(one: Points, other: Points) -> Points:
    """Their sum; an int again where the parts meet."""
    return points_of(hundredths(one) + hundredths(other))


def are_exact(points: Points) -> bool:
    """Whether these are points at all: at most two digits after the point."""
    return points_of(hundredths(points)) == points
