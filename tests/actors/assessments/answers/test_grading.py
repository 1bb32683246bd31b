"""Right, wrong, partly right, or for a person to say: all six types."""

from __future__ import annotations

import math
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.grades import Grade
from actors.assessments.answers.grading import choices, folded, grade
from actors.assessments.answers.numbers import number_in
from actors.assessments.answers.shapes import check_shape
from actors.assessments.answers.shown_keys import right_answer, shown_key
from protocol.assessments.quizzes import (
    WHOLE,
    Answer,
    BlanksKey,
    ChoiceKey,
    Credit,
    MatchingKey,
    TextKey,
)
from protocol.errors import ValidationError
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


@pytest.mark.parametrize(
    ("answer", "multiple", "parts"),
    [
        ([1], True, 33_333),
        ([1, 3], True, 66_666),
        ([1, 3, 2], True, WHOLE),
        ([1, 0], True, 0),
        ([0], True, 0),
        ([1, 2, 3, 0], True, 49_999),
        ([1, 2, 3], False, 0),
        ([1], False, 33_333),
    ],
)
def test_weights_of_what_is_chosen_are_added(answer: Answer, multiple: bool, parts: int) -> None:
    key = ChoiceKey(correct=(1, 2, 3), weights=(-50_000, 33_333, 33_333, 33_333))
    question = msgspec.structs.replace(keyed(CHOICE, key), multiple=multiple)
    graded = grade(question, AS_AUTHORED, answer)
    assert graded is not None
    assert graded.right * WHOLE == parts * graded.of
    assert graded.correct is (parts == WHOLE)


def test_none_of_them_is_an_answer_that_may_be_right() -> None:
    nothing = keyed(CHOICE, ChoiceKey(correct=(), none_allowed=True))
    something = keyed(CHOICE, ChoiceKey(correct=(1,), none_allowed=True))
    for question, empty, second in ((nothing, 1, 0), (something, 0, 1)):
        check_shape(question, [])
        assert grade(question, AS_AUTHORED, []) == Grade(empty, 1)
        assert grade(question, AS_AUTHORED, [1]) == Grade(second, 1)
    with pytest.raises(ValidationError):
        check_shape(CHOICE, [])


def test_either_of_two_right_options_is_right() -> None:
    question = keyed(CHOICE, ChoiceKey(correct=(0, 1), weights=(WHOLE, WHOLE, 0, 0)))
    question = msgspec.structs.replace(question, multiple=False)
    right = [(graded := grade(question, AS_AUTHORED, [n])) and graded.correct for n in range(4)]
    assert right == [True, True, False, False]


def test_texts_and_numbers_may_earn_a_part() -> None:
    half, full = WHOLE // 2, WHOLE
    key = TextKey(
        accepted=("Rome",),
        credits=(
            Credit(weight=half, text="Roma"),
            Credit(weight=half // 2, text="ROMA"),
            Credit(weight=half, number=3.0, tolerance=1.0),
            Credit(weight=full, number=7.0),
        ),
    )
    question = keyed(TEXT, key)
    answers = ("rome", "roma", "3,5", "7.0", "5")
    parts = [graded.right / graded.of for a in answers if (graded := grade(question, (), a))]
    assert parts == [1, 0.5, 0.5, 1, 0]
    blanks = BlanksKey(
        blanks=(("Rome",), ("x",)), credits=((Credit(weight=half, text="Roma"),), ())
    )
    question = keyed(BLANKS, blanks)
    assert grade(question, (), ["roma", "x"]) == Grade(3 * half, 2 * WHOLE)
    assert grade(question, (), ["Rome", "y"]) == Grade(WHOLE, 2 * WHOLE)


@pytest.mark.parametrize(("answer", "right"), [(True, 1), (False, 0)])
def test_true_or_false(answer: bool, right: int) -> None:
    assert grade(TRUE_FALSE, (), answer) == Grade(right, 1)


@pytest.mark.parametrize(
    ("answer", "right"),
    [("Paris", 1), ("  pARIS ", 1), ("\uff30aris", 1), ("lutetia", 1), ("Pa ris", 0), ("", 0)],
)
def test_texts_are_compared_without_case_width_and_outer_space(answer: str, right: int) -> None:
    assert grade(TEXT, (), answer) == Grade(right, 1)


@pytest.mark.parametrize(
    ("key", "answer", "right"),
    [
        ("x\u00b2", "x^2", 1),
        ("x^2", "x\u00b2", 1),
        ("x\u00b2", "x2", 1),
        ("5 m\u00b2", "5 m2", 1),
        ("m\u00b7s\u207b\u00b9", "m\u00b7s^-1", 1),
        ("x\u207f", "X^n", 1),
        ("10\u207f", "10^n", 1),
        ("x^2", "x2", 0),
        ("10\u00b2", "102", 0),
        ("x\u00b2", "x^3", 0),
        ("1\u00ba", "1^o", 0),
    ],
)
def test_a_power_may_be_typed_with_a_caret(key: str, answer: str, right: int) -> None:
    for kept in (TextKey(accepted=(key,)), TextKey(patterns=(f"{key}*",))):
        assert grade(keyed(TEXT, kept), (), answer) == Grade(right, 1)
        assert grade(keyed(TEXT, kept), (), answer + "\u200b") == Grade(right, 1)


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
    ("text", "point", "comma"),
    [
        ("\u22125", -5.0, -5.0),
        ("\u20135", -5.0, -5.0),
        ("+7", 7.0, 7.0),
        ("1,5", 1.5, 1.5),
        ("1.5", 1.5, 1.5),
        ("1,000", 1000.0, 1.0),
        ("1.000", 1.0, 1000.0),
        ("3,142", 3142.0, 3.142),
        ("0,125", 0.125, 0.125),
        ("0.125", 0.125, 0.125),
        ("1.000,5", 1000.5, 1000.5),
        ("1,000.5", 1000.5, 1000.5),
        ("1 000", 1000.0, 1000.0),
        ("1\u202f000\u00a0000,5", 1000000.5, 1000000.5),
        ("1'000", 1000.0, 1000.0),
        ("1\u2019000.5", 1000.5, 1000.5),
        ("12,34,567", 1234567.0, 1234567.0),
        ("1.000.000", 1000000.0, 1000000.0),
        ("-1,234,567.25", -1234567.25, -1234567.25),
        ("\u0661\u066c\u0662\u0663\u0664\u066b\u0665", 1234.5, 1234.5),
        ("\uff11\uff0c\uff10\uff10\uff10", 1000.0, 1.0),
        ("1e3", 1000.0, 1000.0),
        ("1,5e-2", 0.015, 0.015),
        ("1,234,5", None, None),
        ("1,2.3", None, None),
        ("1,0000,000", None, None),
        ("1 000'000", None, None),
        ("1 0", None, None),
        ("1_000", None, None),
        ("inf", None, None),
        ("nan", None, None),
        ("1e999", None, None),
        ("10\u00b2", None, None),
        ("\u00bd", None, None),
        ("", None, None),
        (".", None, None),
    ],
)
def test_numbers_are_read_as_people_write_them(
    text: str, point: float | None, comma: float | None
) -> None:
    assert number_in(text) == point
    assert number_in(text, decimal_comma=True) == comma


@given(
    value=st.integers(-(10**12), 10**12),
    cents=st.integers(0, 99),
    group=st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", "\u2019"]),
    minus=st.sampled_from(["-", "\u2212", "\u2013", "\uff0d"]),
)
def test_a_number_is_read_with_every_thousands_separator(
    value: int, cents: int, group: str, minus: str
) -> None:
    for decimal in {",", "."} - {group}:
        whole = f"{abs(value):,}".replace(",", group)
        text = f"{minus if value < 0 else ''}{whole}{decimal}{cents:02}"
        expected = float(f"{value}.{cents:02}")
        assert number_in(text, decimal_comma=decimal == ",") == expected
        if group not in ",." or abs(value) >= 1_000:
            assert number_in(text, decimal_comma=decimal != ",") == expected


@given(text=st.text("0123456789,.' -+e\u00b2\u2212", max_size=12), comma=st.booleans())
def test_whatever_is_read_as_a_number_is_finite_and_has_the_same_digits(
    text: str, comma: bool
) -> None:
    value = number_in(text, decimal_comma=comma)
    assert value is None or math.isfinite(value)
    if value is not None and "e" not in text:
        read = "".join(map(str, Decimal(repr(value)).as_tuple().digits))
        assert read.strip("0") == "".join(filter(str.isdigit, text)).strip("0")


def test_the_quizs_decimal_separator_says_what_a_thousand_is() -> None:
    question = keyed(TEXT, TextKey(number=1000.0))
    german = msgspec.structs.replace(question, decimal_comma=True)
    assert [grade(question, (), text) for text in ("1,000", "1.000")] == [Grade(1, 1), Grade(0, 1)]
    assert [grade(german, (), text) for text in ("1,000", "1.000")] == [Grade(0, 1), Grade(1, 1)]
    blanks = keyed(BLANKS, BlanksKey(blanks=((),), numbers=((1000.0, 0.0),)))
    german = msgspec.structs.replace(blanks, decimal_comma=True)
    assert (grade(blanks, (), ["1,000"]), grade(german, (), ["1.000"])) == (Grade(1, 1),) * 2


@pytest.mark.parametrize("empty", ["", " ", "\u00ad", "\u200b\ufeff", "\u3164"])
def test_what_nobody_sees_is_never_right(empty: str) -> None:
    assert folded(empty) == ""
    assert grade(keyed(TEXT, TextKey(accepted=(empty,))), (), "\u200d") == Grade(0, 1)


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


def test_the_right_number_is_shown_with_what_is_accepted_around_it() -> None:
    question = keyed(TEXT, TextKey(number=3.15, tolerance=0.05))
    assert shown_key(question, ()) == ("3.15", ("3.15 ± 0.05",))
    assert right_answer(question) == ["3.15 ± 0.05"]
    assert right_answer(keyed(TEXT, TextKey(number=7.0))) == ["7"]
    blanks = keyed(TEXT, BlanksKey(blanks=((), ()), numbers=((2.0, 0.5), (4.0, 0.0))))
    assert right_answer(blanks) == [["2 ± 0.5"], ["4"]]
    assert shown_key(blanks, ()) == (["2 ± 0.5", "4"], ())
