"""Places on a picture as files have them: in pixels, by shapes that HTML's image maps have too.

They become parts of the picture's sides. What reaches over an edge is cut off there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from actors.assessments.formats.reading import Refused
from protocol.assessments.places import MAX_NAME, SCALE, Ellipse, Place, Polygon, Rectangle
from protocol.assessments.quizzes import MAX_OPTIONS, HotspotKey

MAX_COORDS: Final = 1_000
"""Characters of one place."""
MAX_SIDE: Final = 100_000
NO_SIZE: Final = "how large its picture is cannot be read"
NO_PICTURE: Final = "its picture is not in the file, cannot be read, or is too large"
DIFFERENT: Final = "what is put on its picture differs from place to place"
NAME_FOR_WORDS: Final = "words for its picture (the name of its file stands there)"
_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?")


class Size(NamedTuple):
    """Of a picture, in pixels."""

    width: float
    height: float


def key_of(places: Sequence[Place], find: int | None = None) -> HotspotKey:
    """Raises `Refused` where there are none, or too many. `find` that is all of them is None."""
    if not 1 <= len(places) <= MAX_OPTIONS:
        raise Refused(f"it has {len(places)} right places, and there may be 1 to {MAX_OPTIONS}")
    if find is not None and not 1 <= find < len(places):
        find = None
    return HotspotKey(places=tuple(places), find=find)


def numbers_in(coords: str) -> list[float]:
    """All numbers. Raises `Refused`."""
    if len(coords) > MAX_COORDS:
        raise Refused("a place on its picture has too many corners")
    return [float(each) for each in _NUMBER.findall(coords)]


def place_of(shape: str, numbers: Sequence[float], size: Size, name: str = "") -> Place:
    """A place by the shapes of QTI: circle, ellipse, rect, poly, default. Raises `Refused`."""
    if not all(1 <= side <= MAX_SIDE for side in size):
        raise Refused(NO_SIZE)
    name = name[:MAX_NAME]
    match shape, list(numbers):
        case "circle", [x, y, radius]:
            return _ellipse(x, y, radius, radius, size, name)
        case "ellipse", [x, y, across, down]:
            return _ellipse(x, y, across, down, size, name)
        case "rect", [left, top, right, bottom]:
            return _rectangle((left, right), (top, bottom), size, name)
        case "default", _:
            return Rectangle(left=0, top=0, right=SCALE, bottom=SCALE, name=name)
        case "poly", parts if len(parts) >= 6 and len(parts) % 2 == 0:
            corners = zip(parts[::2], parts[1::2], strict=True)
            shown = tuple((_part(x, size.width), _part(y, size.height)) for x, y in corners)
            return Polygon(corners=shown[:-1] if shown[0] == shown[-1] else shown, name=name)
    raise Refused(f"a place on its picture has the shape {shape[:20]!r} that cannot be read")


def _ellipse(x: float, y: float, across: float, down: float, size: Size, name: str) -> Ellipse:
    return Ellipse(
        x=_part(x, size.width),
        y=_part(y, size.height),
        radius_x=max(1, _part(across, size.width)),
        radius_y=max(1, _part(down, size.height)),
        name=name,
    )


def _rectangle(
    sideways: tuple[float, float], downwards: tuple[float, float], size: Size, name: str
) -> Rectangle:
    left, right = sorted(_part(each, size.width) for each in sideways)
    top, bottom = sorted(_part(each, size.height) for each in downwards)
    if left == right or top == bottom:
        raise Refused("a place on its picture has no extent")
    return Rectangle(left=left, top=top, right=right, bottom=bottom, name=name)


def _part(pixels: float, side: float) -> int:
    """Of a side, and on the picture. Halves go up, as in marks."""
    return min(max(math.floor(pixels * SCALE / side + 0.5), 0), SCALE)
