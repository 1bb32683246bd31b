"""What an item declares to be right, and what that earns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

from actors.assessments.formats.reading import Refused
from actors.assessments.formats.trees import Element
from protocol.assessments.quizzes import WHOLE

MAX_ENTRIES: Final = 100
Many = TypeVar("Many", bound=Sequence[Element])


class Entry(NamedTuple):
    """What earns something, in parts of what the best answer earns."""

    value: str
    weight: int
    cased: bool


class Declared(NamedTuple):
    """A response: what is right, and what is worth something where that is said."""

    correct: tuple[str, ...]
    entries: tuple[Entry, ...]
    best: float
    several: bool
    base: str

    def weight(self, value: str) -> int:
        """What a value is worth, by the mapping or by what is right."""
        for entry in self.entries:
            if entry.value == value:
                return entry.weight
        return 0 if self.entries else WHOLE * (value in self.correct)


def declared(item: Element, interaction: Element) -> Declared:
    """The response of an interaction. Raises `Refused`."""
    name = interaction.attributes.get("responseIdentifier", "")
    for element in item.all("responseDeclaration"):
        if element.attributes.get("identifier") == name:
            return _read(element)
    return Declared((), (), 1.0, several=False, base="")


def few(elements: Many) -> Many:
    """The elements, each of which is read. Raises `Refused` where no item has so many."""
    if len(elements) > MAX_ENTRIES:
        raise Refused(f"there are more than {MAX_ENTRIES} answers")
    return elements


def number(text: str) -> float:
    """Raises `Refused`."""
    try:
        value = float(text)
    except ValueError:
        raise Refused(f"{text[:40]!r} is no number") from None
    if not math.isfinite(value) or abs(value) > 1e12:
        raise Refused("a number is too large")
    return value


def _read(element: Element) -> Declared:
    right = element.first("correctResponse")
    correct = () if right is None else tuple(each.text.strip() for each in right.all("value"))
    mapping = element.first("mapping")
    mapped = [] if mapping is None else mapping.all("mapEntry")
    if max(len(correct), len(mapped)) > MAX_ENTRIES:
        raise Refused(f"there are more than {MAX_ENTRIES} answers")
    several = element.attributes.get("cardinality") in ("multiple", "ordered")
    values = [number(each.attributes.get("mappedValue") or "0") for each in mapped]
    positive = [value for value in values if value > 0]
    best = (math.fsum(positive) if several else max(positive, default=0.0)) or 1.0
    if mapping is not None and several and mapping.attributes.get("upperBound"):
        best = min(best, number(mapping.attributes["upperBound"])) or best
    entries = tuple(
        Entry(
            each.attributes.get("mapKey", "").strip(),
            round(value * WHOLE / best),
            each.attributes.get("caseSensitive") == "true",
        )
        for each, value in zip(mapped, values, strict=True)
    )
    return Declared(correct, entries, best, several, element.attributes.get("baseType", ""))
