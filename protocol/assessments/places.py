"""Places on a picture, in ten-thousandths of its width and of its height: whole numbers, so exact.

(0, 0) is the top left, and `SCALE` the other end. The edge of a place belongs to it.
"""

from __future__ import annotations

import msgspec

SCALE = 10_000
MIN_CORNERS = 3
MAX_CORNERS = 50
MAX_NAME = 100


class NamedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all shapes. `name` says what is there, if its author does."""

    name: str = ""


class Ellipse(NamedPlace, frozen=True, kw_only=True, tag="ellipse"):
    """What is a circle on the picture has radii that differ as the picture's sides do."""

    x: int
    y: int
    radius_x: int
    radius_y: int


class Rectangle(NamedPlace, frozen=True, kw_only=True, tag="rectangle"):
    left: int
    top: int
    right: int
    bottom: int


class Polygon(NamedPlace, frozen=True, kw_only=True, tag="polygon"):
    """By the even-odd rule, where its lines cross."""

    corners: tuple[tuple[int, int], ...]


Place = Ellipse | Rectangle | Polygon
