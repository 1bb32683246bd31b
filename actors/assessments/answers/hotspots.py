"""Marks on a picture: which of its places they are in. All on whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from actors.assessments.answers.grades import Grade
from protocol.assessments.places import SCALE, Ellipse, Place, Polygon, Rectangle
from protocol.assessments.quizzes import HotspotKey

Mark = tuple[int, int]


def marks_in(answer: Sequence[int]) -> list[Mark]:
    """The marks of an answer."""
    return list(zip(answer[::2], answer[1::2], strict=True))


def grade(key: HotspotKey, answer: Sequence[int]) -> Grade:
    """As many places as there can be with a mark of their own."""
    inside = [[holds(place, *mark) for place in key.places] for mark in marks_in(answer)]
    return Grade(min(_paired(inside, len(key.places)), key.wanted), key.wanted)


def _paired(inside: list[list[bool]], places: int) -> int:
    """The size of a largest matching of marks and places, by augmenting paths."""
    mark_of: list[int | None] = [None] * places

    def paired(mark: int, seen: set[int]) -> bool:
        for place in range(places):
            if not inside[mark][place] or place in seen:
                continue
            seen.add(place)
            other = mark_of[place]
            if other is None or paired(other, seen):
                mark_of[place] = mark
                return True
        return False

    return sum(paired(mark, set()) for mark in range(len(inside)))


def holds(place: Place, x: int, y: int) -> bool:
    """Whether a mark is in a place, or on its edge."""
    match place:
        case Ellipse():
            across = (x - place.x) * place.radius_y
            down = (y - place.y) * place.radius_x
            most = place.radius_x * place.radius_y
            return across * across + down * down <= most * most
        case Rectangle():
            return place.left <= x <= place.right and place.top <= y <= place.bottom
        case Polygon(corners=corners):
            return _in_polygon(corners, x, y)


def _in_polygon(corners: Sequence[Mark], x: int, y: int) -> bool:
    """Whether a line from there to the right crosses its edges an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise((*corners, *corners[:1])):
        turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        within = min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2)
        if turn == 0 and within:
            return True
        if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
            inside = not inside
    return inside


def example(key: HotspotKey) -> list[int]:
    """An answer that is right, if no places overlap."""
    return [part for place in key.places[: key.wanted] for part in _middle(place)]


def _middle(place: Place) -> Mark:
    match place:
        case Ellipse():
            return place.x, place.y
        case Rectangle():
            return (place.left + place.right) // 2, (place.top + place.bottom) // 2
        case Polygon(corners=corners):
            x, y = (sum(part) // len(corners) for part in zip(*corners, strict=True))
            return (x, y) if holds(place, x, y) else corners[0]


def shown(mark: Mark) -> str:
    """Where a mark is, for people: in percent from the left and from the top."""
    x, y = (f"{part * 100 / SCALE:.4g}\u00a0%" for part in mark)
    return f"{x} \u2192 {y} \u2193"


def shown_places(key: HotspotKey) -> list[str]:
    """What is to be found, by name, or else by where it is."""
    return [place.name or shown(_middle(place)) for place in key.places]
