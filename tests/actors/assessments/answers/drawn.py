"""Questions of every type that a key can grade, each with an answer in the right shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from protocol.assessments.places import Ellipse, Polygon, Rectangle
from protocol.assessments.points import points_of
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
    Unit,
)

WORDS = ("red", "green", "blue", "grey")
WEIGHTS = st.integers(-10, 10).map(lambda tenths: tenths * WHOLE // 10)
points = st.integers(0, 1_000).map(points_of)

Drawn = tuple[QuestionType, AnswerKey, Any]
"""A type, its key and an answer."""


def choices(draw: st.DrawFn) -> Drawn:
    weights: tuple[int, ...] = ()
    if draw(st.booleans()):
        weights = tuple(draw(st.lists(WEIGHTS, min_size=len(WORDS), max_size=len(WORDS))))
    key = ChoiceKey(
        correct=tuple(sorted(draw(st.sets(st.integers(0, 3), min_size=1)))),
        none_allowed=draw(st.booleans()),
        weights=weights,
    )
    answer = draw(st.lists(st.integers(0, 3), unique=True))
    return QuestionType.MULTIPLE_CHOICE, key, answer


def truths(draw: st.DrawFn) -> Drawn:
    return QuestionType.TRUE_FALSE, TrueFalseKey(value=draw(st.booleans())), draw(st.booleans())


def texts(draw: st.DrawFn) -> Drawn:
    parts = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.integers(1, 9)), max_size=3))
    key = TextKey(
        accepted=(draw(st.sampled_from(WORDS)),),
        credits=tuple(Credit(weight=tenths * WHOLE // 10, text=text) for text, tenths in parts),
    )
    return QuestionType.SHORT_ANSWER, key, draw(st.sampled_from([*WORDS, ""]))


def blanks(draw: st.DrawFn) -> Drawn:
    key = BlanksKey(blanks=tuple((word,) for word in draw(st.permutations(WORDS))[:3]))
    answer = draw(st.lists(st.sampled_from([*WORDS, ""]), min_size=3, max_size=3))
    return QuestionType.FILL_BLANK, key, answer


def matchings(draw: st.DrawFn) -> Drawn:
    pairs = tuple((str(n), word) for n, word in enumerate(draw(st.permutations(WORDS))[:3]))
    answer = draw(st.lists(st.integers(-1, 3), min_size=3, max_size=3))
    return QuestionType.MATCHING, MatchingKey(pairs=pairs, distractors=("pink",)), answer


def numbers(draw: st.DrawFn) -> Drawn:
    tenths = st.integers(-20, 20).map(lambda n: n / 10)
    accepted = st.builds(
        AcceptedNumber,
        weight=st.integers(1, 10).map(lambda n: n * WHOLE // 10),
        number=tenths,
        tolerance=st.integers(0, 10).map(lambda n: n / 10),
        percent=st.booleans(),
    )
    ranges = (
        st.tuples(tenths, tenths)
        .map(sorted)
        .map(lambda ends: AcceptedNumber(low=ends[0], high=ends[1]))
    )
    units = draw(st.sampled_from([(), (Unit(name="m"), Unit(name="cm", factor=100))]))
    key = NumericKey(
        answers=tuple(draw(st.lists(accepted | ranges, min_size=1, max_size=3))),
        units=units,
        unit_required=bool(units) and draw(st.booleans()),
        unit_penalty=draw(st.integers(0, 10)) * WHOLE // 10,
    )
    number, unit = draw(tenths), draw(st.sampled_from(["", " m", "cm", " ft"]))
    if unit == "cm":
        number *= 100
    return QuestionType.NUMERIC, key, draw(st.sampled_from([f"{number:.1f}{unit}", "", "none"]))


def orderings(draw: st.DrawFn) -> Drawn:
    items = tuple(draw(st.permutations(WORDS))[: draw(st.integers(2, 4))])
    answer = draw(st.permutations(range(len(items))))
    return QuestionType.ORDERING, OrderingKey(items=items), list(answer)


def hotspots(draw: st.DrawFn) -> Drawn:
    """On a coarse grid, so that edges are met and places overlap."""
    at = st.integers(0, 10).map(lambda n: n * 1_000)
    sizes = st.integers(1, 4).map(lambda n: n * 1_000)
    sides = st.lists(at, min_size=2, max_size=2, unique=True).map(sorted)
    ellipses = st.builds(Ellipse, x=at, y=at, radius_x=sizes, radius_y=sizes)
    rectangles = st.tuples(sides, sides).map(
        lambda ends: Rectangle(left=ends[0][0], right=ends[0][1], top=ends[1][0], bottom=ends[1][1])
    )
    corners = st.lists(st.tuples(at, at), min_size=3, max_size=6, unique=True).map(tuple)
    places = ellipses | rectangles | st.builds(Polygon, corners=corners)
    key = HotspotKey(places=tuple(draw(st.lists(places, min_size=1, max_size=4))))
    find = draw(st.none() | st.integers(1, len(key.places)))
    key = HotspotKey(places=key.places, find=find)
    marks = draw(st.lists(st.tuples(at, at), max_size=key.wanted))
    return QuestionType.HOTSPOT, key, [part for mark in marks for part in mark]


KINDS: Mapping[str, Callable[[st.DrawFn], Drawn]] = {
    "choices": choices,
    "truths": truths,
    "texts": texts,
    "blanks": blanks,
    "matchings": matchings,
    "numbers": numbers,
    "orderings": orderings,
    "hotspots": hotspots,
}


@st.composite
def questions(draw: st.DrawFn, number: int = 0) -> tuple[Question, Any]:
    """A question, and an answer or None."""
    type_, key, answer = KINDS[draw(st.sampled_from(sorted(KINDS)))](draw)
    is_choice = type_ is QuestionType.MULTIPLE_CHOICE
    question = Question(
        id=f"q{number}",
        type=type_,
        text="____",
        options=WORDS if is_choice else (),
        key=key,
        points=draw(points),
        multiple=draw(st.booleans()) if is_choice else None,
        all_or_nothing=draw(st.booleans()),
    )
    return question, draw(st.sampled_from([answer, answer, answer, None]))


@st.composite
def papers(draw: st.DrawFn) -> list[tuple[Question, Any]]:
    """Some of them with their answers."""
    return [draw(questions(n)) for n in range(draw(st.integers(1, 8)))]
