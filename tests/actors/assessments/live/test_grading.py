"""Right, wrong, partly right, or for a person to say: all six types."""

from __future__ import annotations

import pytest

from actors.assessments.live.grading import Grade, choices, grade, number_in
from protocol.assessments.quizzes import Answer, BlanksKey, MatchingKey, TextKey
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    MATCHING,
    TEXT,
    TRUE_FALSE,
    keyed,
)

AS_AUTHORED = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("answer", "right"), [([1, 3], 1), ([3, 1], 1), ([1], 0), ([1, 3, 0], 0), ([0], 0)]
)
def test_multiple_choice_wants_exactly_the_set(answer: Answer, right: int) -> None:
    assert grade(CHOICE, AS_AUTHORED, answer) == Grade(right, 1)


def test_ids_of_a_shuffled_question_are_traced_to_what_was_authored() -> None:
    presented = (3, 0, 1, 2)
    assert grade(CHOICE, presented, [0, 2]) == Grade(1, 1)
    assert grade(CHOICE, presented, [1, 3]) == Grade(0, 1)


@pytest.mark.parametrize(("answer", "right"), [(True, 1), (False, 0)])
def test_true_or_false(answer: bool, right: int) -> None:
    assert grade(TRUE_FALSE, (), answer) == Grade(right, 1)


@pytest.mark.parametrize(
    ("answer", "right"),
    [("Paris", 1), ("  pARIS ", 1), ("\uff30aris", 1), ("lutetia", 1), ("Pa ris", 0), ("", 0)],
)
def test_texts_are_compared_without_case_width_and_outer_space(answer: str, right: int) -> None:
    assert grade(TEXT, (), answer) == Grade(right, 1)


def test_inner_white_space_counts_once_and_case_when_it_matters() -> None:
    question = keyed(TEXT, TextKey(accepted=("New  York",), case_sensitive=True))
    assert grade(question, (), "New \t York") == Grade(1, 1)
    assert grade(question, (), "new york") == Grade(0, 1)


@pytest.mark.parametrize(
    ("answer", "right"),
    [("3.14", 1), ("3,1", 1), ("3.2", 1), ("3.3", 0), ("pi", 1), ("three", 0), ("nan", 0)],
)
def test_numbers_within_their_tolerance(answer: str, right: int) -> None:
    question = keyed(TEXT, TextKey(accepted=("pi",), number=3.1, tolerance=0.1))
    assert grade(question, (), answer) == Grade(right, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [("\u22125", -5.0), ("1,5", 1.5), ("1,234,5", None), ("1,2.3", None), ("inf", None)],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    assert number_in(text) == value


def test_a_text_without_a_key_is_for_a_person() -> None:
    assert grade(keyed(TEXT, TextKey()), (), "anything") is None
    assert grade(ESSAY, (), "anything") is None


@pytest.mark.parametrize(
    ("answer", "right"),
    [(["two", "four"], 2), (["TWO", "4.0"], 2), (["two", "5"], 1), (["x", "y"], 0)],
)
def test_blanks_count_one_by_one(answer: Answer, right: int) -> None:
    assert grade(BLANKS, (), answer) == Grade(right, 2)


def test_blanks_without_numbers_are_texts() -> None:
    question = keyed(BLANKS, BlanksKey(blanks=(("a",), ("b",))))
    assert grade(question, (), ["A", "c"]) == Grade(1, 2)
    assert grade(keyed(BLANKS, BlanksKey(blanks=())), (), []) is None


def test_matching_counts_pair_by_pair() -> None:
    assert choices(MATCHING) == ("Berlin", "Oslo", "Paris", "Rome")
    assert grade(MATCHING, AS_AUTHORED, [2, 0, 3]) == Grade(3, 3)
    assert grade(MATCHING, AS_AUTHORED, [2, 1, 0]) == Grade(1, 3)
    assert grade(keyed(MATCHING, MatchingKey(pairs=())), (), []) is None


def test_the_same_match_may_serve_two_prompts() -> None:
    question = keyed(MATCHING, MatchingKey(pairs=(("a", "x"), ("b", "x"), ("c", "y"))))
    assert choices(question) == ("x", "y")
    assert grade(question, (1, 0), [1, 1, 0]) == Grade(3, 3)
