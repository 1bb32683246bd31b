"""What a person gives: points or levels of a rubric, a comment, and comments on passages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.attempts.given import cleaned, given_mark
from actors.assessments.attempts.marking import kept
from actors.assessments.attempts.regrading import over_given
from actors.fields import Fields
from protocol.assessments.attempts.marks import Mark, Passage
from protocol.assessments.attempts.regrading import RegradePolicy
from protocol.assessments.attempts.requests import GivenMark
from protocol.assessments.rubrics import Criterion, Level, Rubric
from protocol.errors import ValidationError

LEVELS = (Level(points=1.25, name="Well"), Level(points=0.25, name="Hardly"))
RUBRIC = Rubric(criteria=(Criterion(name="A", levels=LEVELS), Criterion(name="B", levels=LEVELS)))
ANSWER = "Rivers 🌊 wind"
MARK = Mark(question_id="q", most=Decimal("2.5"), automatic=None, review=True, answer=ANSWER)


def graded(mark: Mark = MARK, rubric: Rubric | None = RUBRIC, **more: Any) -> Mark:
    fields, said = Fields(), GivenMark(question_id="q", **more)
    text = cleaned(fields, "marks[0]", said)
    fields.check()
    return given_mark(mark, said, text, rubric, "marks[0]")


def refused(**more: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        graded(**more)
    return [(each["field"], each["code"]) for each in refusal.value.details["fields"]]


def test_levels_are_worth_their_sum_and_points_take_their_place() -> None:
    by_levels = graded(levels=(0, 1), comment=" Good ")
    assert (by_levels.given, by_levels.levels) == (Decimal("1.50"), (0, 1))
    assert (by_levels.review, by_levels.correct, by_levels.comment) == (False, False, "Good")
    assert graded(levels=(0, 0)).correct
    by_points = graded(by_levels, points=Decimal(2))
    assert (by_points.given, by_points.levels) == (Decimal(2), None)


def test_what_is_only_said_leaves_the_levels() -> None:
    said = graded(graded(levels=(0, 1)), comment="Better")
    assert (said.given, said.levels, said.comment) == (Decimal("1.50"), (0, 1), "Better")
    assert graded(comment="Later").review


def test_levels_that_do_not_fit_are_refused() -> None:
    assert refused(levels=(0,)) == [("marks[0].levels", "COUNT_MISMATCH")]
    assert refused(levels=(0, 2)) == [("marks[0].levels[1]", "OUT_OF_RANGE")]
    assert refused(levels=(0, 0), rubric=None) == [("marks[0].levels", "NOT_APPLICABLE")]
    assert refused(levels=(0, 0), points=Decimal(1)) == [("marks[0].levels", "CONFLICTING")]
    less = msgspec.structs.replace(MARK, most=Decimal(1))
    assert refused(mark=less, levels=(0, 0)) == [("marks[0].levels", "OUT_OF_RANGE")]


@given(st.integers(-1, 20), st.integers(-1, 20))
def test_a_passage_is_a_part_of_the_answer_in_code_points(start: int, end: int) -> None:
    passages = (Passage(start=start, end=end, comment="Why?"),)
    if 0 <= start < end <= len(ANSWER):
        assert graded(passages=passages).passages == passages
    else:
        assert refused(passages=passages) == [("marks[0].passages[0]", "OUT_OF_RANGE")]


def test_passages_are_put_in_order_stay_without_being_named_and_go_when_emptied() -> None:
    late, early = (Passage(start=n, end=n + 3, comment=f" {n} ") for n in (4, 0))
    mark = graded(passages=(late, early))
    assert [(each.start, each.comment) for each in mark.passages] == [(0, "0"), (4, "4")]
    assert graded(mark, levels=(0, 0)).passages == mark.passages
    assert graded(mark, passages=()).passages == ()


def test_passages_are_bounded_and_for_texts_alone() -> None:
    one = Passage(start=0, end=1, comment="x")
    assert refused(passages=(one,) * 51) == [("marks[0].passages", "TOO_MANY")]
    empty = msgspec.structs.replace(one, comment=" ")
    assert refused(passages=(empty,)) == [("marks[0].passages[0].comment", "REQUIRED")]
    long = msgspec.structs.replace(one, comment="x" * 1_001)
    assert refused(passages=(long,)) == [("marks[0].passages[0].comment", "TOO_LONG")]
    blanks = msgspec.structs.replace(MARK, answer=["a", "b"])
    assert refused(mark=blanks, passages=(one,)) == [("marks[0].passages", "NOT_APPLICABLE")]


@pytest.mark.parametrize("unseen", ["\u202e\u200b", "\u200d", "\u2800", "\u0301"])
def test_of_what_is_said_something_can_be_seen(unseen: str) -> None:
    passage = Passage(start=0, end=1, comment=unseen)
    assert refused(passages=(passage,)) == [("marks[0].passages[0].comment", "NOTHING_VISIBLE")]
    assert refused(comment=unseen) == [("marks[0].comment", "NOTHING_VISIBLE")]
    graded(comment=f"Good{unseen}")


def test_what_was_given_is_kept_for_the_same_answer_alone() -> None:
    mark = graded(levels=(0, 1), passages=(Passage(start=0, end=6, comment="These?"),))
    again = kept(mark, MARK)
    assert (again.levels, again.passages, again.given) == (mark.levels, mark.passages, mark.given)
    only_said = graded(passages=mark.passages)
    assert kept(only_said, MARK).passages == mark.passages
    other = kept(mark, msgspec.structs.replace(MARK, revision=2))
    assert (other.levels, other.passages) == (None, ())


def test_points_that_a_decision_gives_are_no_sum_of_levels() -> None:
    mark = msgspec.structs.replace(graded(levels=(0, 1)), automatic=Decimal("2.5"))
    over = over_given(mark, RegradePolicy.FULL_POINTS)
    assert (over.given, over.levels) == (Decimal("2.5"), None)
    same = msgspec.structs.replace(mark, automatic=mark.given)
    assert over_given(same, RegradePolicy.FULL_POINTS).levels == (0, 1)
