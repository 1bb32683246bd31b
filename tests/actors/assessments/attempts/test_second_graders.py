"""Two graders: nothing counts before both have graded; then their mean, or what one decides."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.attempts.given import Said
from actors.assessments.attempts.marking import kept
from actors.assessments.attempts.second_graders import Grading, judged
from protocol.assessments.attempts.marks import (
    GradingStatus,
    Mark,
    Passage,
    rounded,
    score,
)
from protocol.assessments.attempts.requests import GivenMark
from protocol.assessments.rubrics import Criterion, Level, Rubric
from protocol.errors import ValidationError

MOST = Decimal(10)
WAITING = Mark(question_id="q", most=MOST, automatic=None, review=True, answer="Rivers wind")
RUBRIC = Rubric(
    criteria=(Criterion(name="A", levels=(Level(points=10, name="x"), Level(points=4, name="y"))),)
)
PASSAGE = Passage(start=0, end=6, comment="Which?")
points = st.integers(0, 1_000).map(lambda each: Decimal(each).scaleb(-2))


def give(mark: Mark, by: str, worth: Any = None, *, within: int | None = 10, **more: Any) -> Mark:
    comment, passages = more.pop("comment", None), more.get("passages")
    said = GivenMark(question_id="q", points=None if worth is None else Decimal(worth), **more)
    grading = Grading(said, Said(comment, passages), RUBRIC, "marks[0]")
    return judged(mark, grading, by=by, within=within)


def refused(mark: Mark, by: str, worth: Any = None, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        give(mark, by, worth, **more)
    return [(each["field"], each["code"]) for each in refusal.value.details["fields"]]


@given(points, points, st.integers(0, 100))
def test_the_mean_counts_where_both_are_near_enough_and_nothing_before(
    one: Decimal, other: Decimal, within: int
) -> None:
    first = give(WAITING, "ada", one, within=within)
    assert (first.given, first.review) == (None, True)
    assert first.earned == 0
    assert score((first,)).status is GradingStatus.PENDING_REVIEW
    both = give(first, "bob", other, within=within)
    if abs(one - other) * 100 <= within * MOST:
        mean = rounded((Fraction(one) + Fraction(other)) / 2)
        assert (both.given, both.review) == (mean, False)
        assert score((both,)).status is GradingStatus.GRADED
    else:
        assert (both.given, both.review) == (None, True)
    swapped = give(give(WAITING, "bob", other, within=within), "ada", one, within=within)
    assert (swapped.given, swapped.review) == (both.given, both.review)


def test_the_mean_is_rounded_up_from_the_middle() -> None:
    both = give(give(WAITING, "ada", "4.25"), "bob", "4.26")
    assert both.given == Decimal("4.26")


def test_neither_grades_twice_and_both_may_change_their_minds_until_it_is_decided() -> None:
    first = give(WAITING, "ada", 2, comment="So", passages=(PASSAGE,))
    assert give(first, "ada", 2, comment="So") == first
    changed = give(first, "ada", 3)
    assert [(each.by, each.points) for each in changed.grades] == [("ada", Decimal("3.00"))]
    apart = give(changed, "bob", 9)
    near = give(apart, "ada", "8.5")
    assert (near.given, near.review) == (Decimal("8.75"), False)
    assert give(near, "bob", 9) == near
    assert refused(near, "bob", 1) == [("marks[0].final", "MUST_BE_TRUE")]


def test_where_they_are_too_far_apart_a_person_decides() -> None:
    apart = give(give(WAITING, "ada", 2), "bob", 9)
    assert refused(apart, "vera", 5) == [("marks[0].final", "MUST_BE_TRUE")]
    decided = give(apart, "vera", 5, final=True, comment="Between")
    assert (decided.given, decided.review, decided.comment) == (Decimal("5.00"), False, "Between")
    assert decided.grades == apart.grades
    assert give(decided, "bob", 9) == decided  # sent once more
    assert give(decided, "vera", 6, final=True).given == Decimal("6.00")


def test_what_both_have_said_stays_where_whoever_decides_says_nothing_else() -> None:
    one = give(WAITING, "ada", 1, comment="Good start", passages=(PASSAGE,))
    both = give(one, "bob", 9, comment="Nice")
    assert (both.given, both.comment) == (None, None)
    decided = give(both, "cleo", 5, final=True)
    assert (decided.given, decided.comment) == (Decimal(5), "Good start\n\nNice")
    assert decided.passages == (PASSAGE,)
    other = give(both, "cleo", 5, final=True, comment="Between", passages=())
    assert (other.comment, other.passages) == ("Between", ())
    again = give(decided, "cleo", 6, final=True)
    assert (again.given, again.comment) == (Decimal(6), None)


def test_nobody_decides_before_both_have_graded_and_a_grade_needs_points() -> None:
    first = give(WAITING, "ada", 2)
    assert refused(first, "vera", 5, final=True) == [("marks[0].final", "NOT_APPLICABLE")]
    assert refused(WAITING, "ada", comment="Later") == [("marks[0].points", "REQUIRED")]
    apart = give(first, "bob", 9)
    assert refused(apart, "vera", final=True) == [("marks[0].points", "REQUIRED")]


def test_what_both_say_is_said_and_levels_that_they_share_are_kept() -> None:
    first = give(WAITING, "ada", levels=(0,), comment="Good", passages=(PASSAGE,))
    early = Passage(start=0, end=3, comment="Here")
    both = give(first, "bob", levels=(0,), comment="Very good", passages=(early,))
    assert (both.given, both.levels) == (Decimal("10.00"), (0,))
    assert both.comment == "Good\n\nVery good"
    assert both.passages == (early, PASSAGE)
    other = give(first, "bob", levels=(1,), within=100)
    assert (other.given, other.levels, other.comment) == (Decimal("7.00"), None, "Good")


def test_one_is_enough_where_the_quiz_does_not_say_so_or_nothing_waits() -> None:
    assert give(WAITING, "ada", 2, within=None).given == Decimal("2.00")
    by_key = Mark(question_id="q", most=MOST, automatic=Decimal(3), answer="Rivers wind")
    mark = give(by_key, "ada", 2)
    assert (mark.given, mark.grades) == (Decimal("2.00"), ())


def test_grades_are_of_one_answer() -> None:
    both = give(give(WAITING, "ada", 4), "bob", 5)
    assert kept(both, WAITING).grades == both.grades
    waiting = give(WAITING, "ada", 4)
    assert kept(waiting, WAITING).grades == waiting.grades
    later = Mark(question_id="q", most=MOST, automatic=None, review=True, answer="!", revision=2)
    assert kept(both, later).grades == ()
