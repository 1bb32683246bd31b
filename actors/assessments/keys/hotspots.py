"""The rules of places on a picture, shape by shape."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from actors.fields import Fields
from protocol.assessments.places import (
    MAX_CORNERS,
    MAX_NAME,
    MIN_CORNERS,
    SCALE,
    Ellipse,
    Place,
    Polygon,
    Rectangle,
)
from protocol.assessments.quizzes import MAX_OPTIONS, HotspotKey, Question
from protocol.validation import Rule


def needs_picture(fields: Fields, at: str, question: Question) -> None:
    """There is a picture, and words for it."""
    for name, value in (("mediaUrl", question.media_url), ("mediaAlt", question.media_alt)):
        if value is None or not value.strip():
            fields.wrong(f"{at}.{name}", Rule.REQUIRED, "is required where places are marked")


def hotspot_key(fields: Fields, at: str, key: HotspotKey) -> HotspotKey:
    """The key, cleaned; problems are recorded in `fields`."""
    if not key.places:
        fields.wrong(f"{at}.places", Rule.TOO_FEW, "must be 1 or more", min=1)
    elif len(key.places) > MAX_OPTIONS:
        said = f"must be at most {MAX_OPTIONS}"
        fields.wrong(f"{at}.places", Rule.TOO_MANY, said, max=MAX_OPTIONS)
    most = min(len(key.places), MAX_OPTIONS)
    if key.find is not None and not 1 <= key.find <= max(most, 1):
        said = f"must be from 1 to {max(most, 1)}"
        fields.wrong(f"{at}.find", Rule.OUT_OF_RANGE, said, min=1, max=max(most, 1))
    places = tuple(
        _place(fields, f"{at}.places[{n}]", place) for n, place in enumerate(key.places[:most])
    )
    return HotspotKey(places=places, find=key.find)


def _place(fields: Fields, at: str, place: Place) -> Place:
    match place:
        case Ellipse():
            _inside(fields, at, (place.x, place.y))
            if not all(1 <= radius <= SCALE for radius in (place.radius_x, place.radius_y)):
                said = f"must have radii from 1 to {SCALE}"
                fields.wrong(at, Rule.OUT_OF_RANGE, said, min=1, max=SCALE)
        case Rectangle():
            _inside(fields, at, (place.left, place.top, place.right, place.bottom))
            if place.right <= place.left or place.bottom <= place.top:
                fields.wrong(at, Rule.CONFLICTING, "must end behind where it begins")
        case Polygon(corners=corners):
            _corners(fields, at, corners)
            _inside(fields, at, (part for corner in corners[:MAX_CORNERS] for part in corner))
    name = fields.optional(f"{at}.name", place.name, most=MAX_NAME)
    return msgspec.structs.replace(place, name=name or "")


def _corners(fields: Fields, at: str, corners: tuple[tuple[int, int], ...]) -> None:
    if len(set(corners)) < MIN_CORNERS:
        said = f"must have {MIN_CORNERS} corners or more"
        fields.wrong(f"{at}.corners", Rule.TOO_FEW, said, min=MIN_CORNERS)
    elif len(corners) > MAX_CORNERS:
        said = f"must have at most {MAX_CORNERS} corners"
        fields.wrong(f"{at}.corners", Rule.TOO_MANY, said, max=MAX_CORNERS)


def _inside(fields: Fields, at: str, parts: Iterable[int]) -> None:
    if not all(0 <= part <= SCALE for part in parts):
        said = f"must be on the picture, from 0 to {SCALE}"
        fields.wrong(at, Rule.OUT_OF_RANGE, said, min=0, max=SCALE)
