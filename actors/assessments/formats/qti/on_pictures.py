"""QTI's interactions on a picture that our places can say: one of many shapes, a point, a label.

Coordinates are those of the picture as the interaction shows it: its declared width and height,
or what the picture has.
"""

from __future__ import annotations

import re
from typing import Final

from actors.assessments.formats.areas import (
    DIFFERENT,
    NO_PICTURE,
    NO_SIZE,
    Size,
    key_of,
    numbers_in,
    place_of,
)
from actors.assessments.formats.picture_sizes import picture_size
from actors.assessments.formats.qti.body import Resolve, address_of, pictures, words_of
from actors.assessments.formats.qti.declarations import Declared, few, number
from actors.assessments.formats.reading import Refused
from actors.assessments.formats.trees import Element
from protocol.assessments.places import Place
from protocol.assessments.quizzes import HotspotKey

ON_PICTURES: Final = frozenset(
    {"hotspotInteraction", "selectPointInteraction", "graphicGapMatchInteraction"}
)
NO_RIGHT: Final = "there is no right answer in it"
_PIXELS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


def size_in(interaction: Element, resolve: Resolve) -> Size:
    """Raises `Refused`."""
    shown = pictures(interaction)
    data = resolve(address_of(shown[0])) if shown else None
    if data is None:
        raise Refused(NO_PICTURE)
    given = [_PIXELS.fullmatch(shown[0].attributes.get(side, "")) for side in ("width", "height")]
    if all(given):
        width, height = (float(each[0]) for each in given if each)
        return Size(width, height)
    size = picture_size(data)
    if size is None:
        raise Refused(NO_SIZE)
    return size


def chosen(interaction: Element, response: Declared, size: Size) -> HotspotKey:
    """Shapes of which some are right."""
    choices = few(interaction.all("hotspotChoice"))
    weights = [response.weight(each.attributes.get("identifier", "")) for each in choices]
    pairs = zip(choices, weights, strict=True)
    places = [_place(each, size) for each, weight in pairs if weight > 0]
    return _key(places, several=response.several)


def pointed(interaction: Element, item: Element, response: Declared, size: Size) -> HotspotKey:
    """Areas in which a point earns something."""
    name = interaction.attributes.get("responseIdentifier", "")
    declarations = item.all("responseDeclaration")
    found = [each for each in declarations if each.attributes.get("identifier") == name]
    mapping = found[0].first("areaMapping") if found else None
    areas = [] if mapping is None else few(mapping.all("areaMapEntry"))
    worth = [number(each.attributes.get("mappedValue") or "0") for each in areas]
    pairs = zip(areas, worth, strict=True)
    places = [_place(each, size) for each, value in pairs if value > 0]
    return _key(places, several=response.several)


def labelled(interaction: Element, response: Declared, size: Size) -> HotspotKey:
    """Places for labels, where all of them are for the same one."""
    pairs = [tuple(each.split()) for each in response.correct]
    if len({pair[0] for pair in pairs if len(pair) == 2}) > 1:
        raise Refused(DIFFERENT)
    right = {pair[1] for pair in pairs if len(pair) == 2}
    choices = few(interaction.all("associableHotspot"))
    places = [_place(each, size) for each in choices if each.attributes.get("identifier") in right]
    return _key(places, several=True)


def _place(element: Element, size: Size) -> Place:
    attributes = element.attributes
    numbers = numbers_in(attributes.get("coords", ""))
    name = attributes.get("hotspotLabel", "") or words_of(element)
    return place_of(attributes.get("shape", ""), numbers, size, name)


def _key(places: list[Place], *, several: bool) -> HotspotKey:
    if not places:
        raise Refused(NO_RIGHT)
    return key_of(places, None if several else 1)
