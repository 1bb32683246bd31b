"""A tiny grader, obvious and written apart from the real one: the share of points an answer earns.

Options, matches and items are named by their authored places, or by those in sorted lists.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from protocol.assessments.places import Ellipse, Place, Polygon, Rectangle
from protocol.assessments.quizzes import (
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    TextKey,
    TrueFalseKey,
)

HUNDRED_PERCENT = 100_000


def share(question: Question, answer: Any, penalty: int | None = None) -> Fraction:
    """Of the points of the question. With a penalty it may be below zero."""
    if answer is None:
        return Fraction(0)
    found = exact_share(question, answer)
    if question.all_or_nothing and found < 1:
        found = min(found, Fraction(0))
    if penalty is None:
        return max(found, Fraction(0))
    if found == 0 and says_something(question, answer) and not has_weights(question):
        return Fraction(-penalty, HUNDRED_PERCENT)
    return found


def has_weights(question: Question) -> bool:
    return isinstance(question.key, ChoiceKey) and len(question.key.weights) > 0


def says_something(question: Question, answer: Any) -> bool:
    if isinstance(question.key, ChoiceKey):
        return question.key.none_allowed or len(answer) > 0
    if isinstance(answer, list):
        return any(part not in ("", -1) for part in answer)
    return bool(answer != "")


def percent(weight: int) -> Fraction:
    """Of 100,000; never more than all, and never less than all the other way."""
    return max(Fraction(-1), min(Fraction(1), Fraction(weight, HUNDRED_PERCENT)))


def exact_share(question: Question, answer: Any) -> Fraction:
    """What the key alone says."""
    match question.key:
        case TrueFalseKey(value=value):
            return Fraction(int(answer == value))
        case ChoiceKey() as key:
            return choice(question, key, answer)
        case TextKey(accepted=accepted, credits=credits):
            if answer in accepted:
                return Fraction(1)
            return max([percent(c.weight) for c in credits if c.text == answer] or [Fraction(0)])
        case BlanksKey(blanks=blanks):
            right = [given in accepted for given, accepted in zip(answer, blanks, strict=True)]
            return Fraction(sum(right), len(right))
        case MatchingKey(pairs=pairs, distractors=distractors):
            shown = sorted({*(match for _, match in pairs), *distractors})
            right = [
                place >= 0 and shown[place] == match
                for place, (_, match) in zip(answer, pairs, strict=True)
            ]
            return Fraction(sum(right), len(right))
        case NumericKey() as key:
            return numeric(key, answer)
        case OrderingKey(items=items):
            given = [sorted(items)[place] for place in answer]
            follows = dict(pairwise(items))
            right = [follows.get(one) == next_ for one, next_ in pairwise(given)]
            return Fraction(sum(right), len(items) - 1)
        case HotspotKey(places=places, find=find):
            marks = [(answer[n], answer[n + 1]) for n in range(0, len(answer), 2)]
            wanted = len(places) if find is None else find
            return Fraction(min(most_found(places, marks), wanted), wanted)
    raise AssertionError(question.key)


def most_found(places: tuple[Place, ...], marks: list[tuple[int, int]]) -> int:
    """Whichever way the marks are given to the places."""
    if not marks or not places:
        return 0
    first, *others = marks
    found = [most_found(places, others)]
    for n, place in enumerate(places):
        if contains(place, *first):
            found.append(1 + most_found(places[:n] + places[n + 1 :], others))
    return max(found)


def contains(place: Place, x: int, y: int) -> bool:
    match place:
        case Ellipse():
            across = Fraction(x - place.x, place.radius_x)
            down = Fraction(y - place.y, place.radius_y)
            return across**2 + down**2 <= 1
        case Rectangle():
            return place.left <= x <= place.right and place.top <= y <= place.bottom
        case Polygon(corners=corners):
            edges = list(pairwise([*corners, corners[0]]))
            if any(lies_on(one, other, x, y) for one, other in edges):
                return True
            return sum(is_crossed(one, other, x, y) for one, other in edges) % 2 == 1


def lies_on(one: tuple[int, int], other: tuple[int, int], x: int, y: int) -> bool:
    """Where the way from one to the other over the point is not longer than the straight one."""
    (x1, y1), (x2, y2) = one, other
    if (x2 - x1) * (y - y1) != (y2 - y1) * (x - x1):
        return False
    return sorted([x1, x, x2])[1] == x and sorted([y1, y, y2])[1] == y


def is_crossed(one: tuple[int, int], other: tuple[int, int], x: int, y: int) -> bool:
    """By the line from the point to the right; of the two ends, the lower one belongs to it."""
    (x1, y1), (x2, y2) = sorted([one, other], key=lambda corner: corner[1])
    if not y1 <= y < y2:
        return False
    return x1 + Fraction((y - y1) * (x2 - x1), y2 - y1) > x


def numeric(key: NumericKey, text: str) -> Fraction:
    """Of a text that is a number with a decimal point, and perhaps a unit."""
    number, unit = text.rstrip("cmft ").strip(), text.lstrip("-0123456789.").strip()
    if not number or number == "none" or (unit and not key.units):
        return Fraction(0)
    factors = {each.name: each.factor for each in key.units}
    value = Decimal(number) / Decimal(str(factors.get(unit, 1)))
    best = max([each.weight for each in key.answers if fits(each, value)] or [0])
    good_unit = unit in factors or (unit == "" and not key.unit_required)
    return percent(best) * (1 if good_unit else 1 - percent(key.unit_penalty))


def fits(accepted: AcceptedNumber, value: Decimal) -> bool:
    if accepted.number is None:
        return Decimal(str(accepted.low)) <= value <= Decimal(str(accepted.high))
    number, tolerance = Decimal(str(accepted.number)), Decimal(str(accepted.tolerance))
    if accepted.percent:
        tolerance = tolerance * abs(number) / 100
    return number - tolerance <= value <= number + tolerance


def choice(question: Question, key: ChoiceKey, chosen: list[int]) -> Fraction:
    if not chosen and not key.none_allowed:
        return Fraction(0)
    if not key.weights:
        return Fraction(int(sorted(chosen) == sorted(key.correct)))
    if len(chosen) > 1 and not question.multiple:
        return Fraction(0)
    return percent(sum(key.weights[place] for place in chosen))
