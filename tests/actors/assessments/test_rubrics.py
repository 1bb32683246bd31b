"""Rubrics: they add up exactly, are bounded, and a mark by one is a level for each criterion."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.rubrics import checked_rubric, chosen
from actors.fields import Fields
from protocol.assessments.points import points_of
from protocol.assessments.rubrics import Criterion, Level, Rubric, earned, most
from protocol.errors import ValidationError

LEVELS = (Level(points=2, name="Well"), Level(points=0.5, name="Hardly"))
RUBRIC = Rubric(criteria=(Criterion(name="Depth", levels=LEVELS),))

hundredths = st.integers(0, 100_000)
levels = st.lists(
    hundredths.map(lambda each: Level(points=points_of(each), name="so")), min_size=2, max_size=10
)
rubrics = st.lists(
    levels.map(lambda each: Criterion(name="this", levels=tuple(each))), min_size=1, max_size=20
).map(lambda criteria: Rubric(criteria=tuple(criteria)))


def problems(rubric: Rubric, points: float = 2) -> list[tuple[str, str]]:
    fields = Fields()
    checked_rubric(fields, "rubric", rubric, points)
    return [(each["field"], each["code"]) for each in fields.problems]


def with_level(**changed: object) -> Rubric:
    level = msgspec.structs.replace(LEVELS[0], **changed)
    return Rubric(criteria=(Criterion(name="Depth", levels=(level, LEVELS[1])),))


def test_all_texts_of_a_rubric_have_one_bound_in_bytes() -> None:
    level = Level(points=2, name="n", description="\U0001f600" * 1_000)
    full = Criterion(name="c", levels=(level, level, level, level))
    assert problems(Rubric(criteria=(full,))) == []
    assert problems(Rubric(criteria=(full, full)), 4) == [("rubric", "TOO_MANY_BYTES")]
    names = Criterion(name="n" * 200, levels=(Level(points=1, name="n" * 200),) * 10)
    assert problems(Rubric(criteria=(names,) * 7), 7) == []
    assert problems(Rubric(criteria=(names,) * 8), 8) == [("rubric", "TOO_MANY_BYTES")]


@pytest.mark.parametrize("unseen", ["\u200b", "\u2800"])
def test_names_and_descriptions_can_be_seen(unseen: str) -> None:
    at = "rubric.criteria[0].levels[0]"
    assert problems(with_level(name=unseen)) == [(f"{at}.name", "NOTHING_VISIBLE")]
    assert problems(with_level(description=unseen)) == [(f"{at}.description", "NOTHING_VISIBLE")]


@given(rubrics, st.data())
def test_a_mark_is_the_exact_sum_and_never_more_than_the_best(
    rubric: Rubric, data: st.DataObject
) -> None:
    picked = [data.draw(st.integers(0, len(each.levels) - 1)) for each in rubric.criteria]
    worth = [
        Decimal(str(criterion.levels[level].points))
        for criterion, level in zip(rubric.criteria, picked, strict=True)
    ]
    assert chosen(rubric, picked, "levels") == sum(worth, Decimal(0))
    assert Decimal(0) <= earned(rubric, picked) <= most(rubric)


@given(rubrics, hundredths)
def test_only_a_rubric_that_adds_up_to_the_points_is_taken(rubric: Rubric, points: int) -> None:
    assert problems(rubric, float(most(rubric))) == []
    expected = [] if Decimal(points) == most(rubric) * 100 else [("rubric", "WRONG_SUM")]
    assert problems(rubric, points_of(points)) == expected


@pytest.mark.parametrize(
    ("rubric", "wrong"),
    [
        (Rubric(criteria=()), [("rubric.criteria", "TOO_FEW")]),
        (
            Rubric(criteria=(Criterion(name="Depth", levels=LEVELS[:1]),)),
            [("rubric.criteria[0].levels", "TOO_FEW")],
        ),
        (
            Rubric(criteria=(Criterion(name="Depth", levels=LEVELS * 6),)),
            [("rubric.criteria[0].levels", "TOO_MANY")],
        ),
        (
            Rubric(criteria=(Criterion(name=" ", levels=LEVELS),)),
            [("rubric.criteria[0].name", "REQUIRED")],
        ),
        (
            Rubric(criteria=(Criterion(name="Depth", description="x" * 1_001, levels=LEVELS),)),
            [("rubric.criteria[0].description", "TOO_LONG")],
        ),
        (with_level(name="a\nb"), [("rubric.criteria[0].levels[0].name", "NOT_ONE_LINE")]),
        (
            with_level(points=-1),
            [("rubric.criteria[0].levels[0].points", "OUT_OF_RANGE"), ("rubric", "WRONG_SUM")],
        ),
        (
            with_level(points=float("nan")),
            [("rubric.criteria[0].levels[0].points", "OUT_OF_RANGE"), ("rubric", "WRONG_SUM")],
        ),
        (with_level(points=2.001), [("rubric.criteria[0].levels[0].points", "INVALID_FORMAT")]),
    ],
)
def test_what_is_wrong_with_a_rubric_is_said(rubric: Rubric, wrong: list[tuple[str, str]]) -> None:
    assert problems(rubric) == wrong


def test_there_are_at_most_twenty_criteria() -> None:
    many = Rubric(criteria=RUBRIC.criteria * 21)
    assert problems(many, 40) == [("rubric.criteria", "TOO_MANY")]


@pytest.mark.parametrize(
    ("rubric", "picked", "code"),
    [
        (None, (0,), "NOT_APPLICABLE"),
        (RUBRIC, (), "COUNT_MISMATCH"),
        (RUBRIC, (0, 0), "COUNT_MISMATCH"),
        (RUBRIC, (2,), "OUT_OF_RANGE"),
        (RUBRIC, (-1,), "OUT_OF_RANGE"),
    ],
)
def test_levels_that_there_are_not_are_refused(
    rubric: Rubric | None, picked: tuple[int, ...], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        chosen(rubric, picked, "levels")
    assert [each["code"] for each in refused.value.details["fields"]] == [code]
