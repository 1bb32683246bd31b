"""Numbers with tolerances, ranges and units, compared exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.numbers import exact_number_in, number_in
from actors.assessments.answers.numeric import example, folded_unit, grade, shown
from protocol.assessments.quizzes import WHOLE, AcceptedNumber, NumericKey, Unit

HALF = WHOLE // 2
G = (AcceptedNumber(number=9.81, tolerance=0.05),)
LENGTH = NumericKey(
    answers=(AcceptedNumber(number=1.5, tolerance=0.01),),
    units=(Unit(name="m"), Unit(name="cm", factor=100), Unit(name="km", factor=0.001)),
    unit_required=True,
    unit_penalty=HALF,
)


def key(**answer: Any) -> NumericKey:
    return NumericKey(answers=(AcceptedNumber(**answer),))


def earned(key: NumericKey, text: str, *, comma: bool = False) -> Fraction:
    return Fraction(*grade(key, text, decimal_comma=comma))


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        (key(number=0.3), "0.3", 1),
        (key(number=0.2, tolerance=0.1), "0.3", 1),
        (key(number=0.2, tolerance=0.1), "0.3000000000000001", 0),
        (key(number=200, tolerance=5, percent=True), "210", 1),
        (key(number=-200, tolerance=5, percent=True), "-210", 1),
        (key(number=200, tolerance=5, percent=True), "210.01", 0),
        (key(low=7.5, high=8.5), "7.5", 1),
        (key(low=7.5, high=8.5), "8.5", 1),
        (key(low=7.5, high=8.5), "8.51", 0),
        (key(number=1000), "1,000", 1),
        (key(number=6.02e23, tolerance=1, percent=True), "6.022e23", 1),
        (key(number=5), "\u22125", 0),
        (key(number=-5), "\u22125", 1),
        (key(number=5), "5 m", 0),
        (key(number=5), "", 0),
        (key(number=5), "five", 0),
        (key(number=5), "5²", 0),
        (key(number=5), "٥", 1),
    ],
)
def test_numbers_are_compared_as_they_are_written(
    asked: NumericKey, text: str, expected: int
) -> None:
    assert earned(asked, text) == expected


def test_a_decimal_comma_is_that_of_the_quiz() -> None:
    assert earned(key(number=1.234), "1,234", comma=True) == 1
    assert earned(key(number=1234), "1,234") == 1
    assert earned(key(number=1234), "1.234", comma=True) == 1
    assert earned(key(number=1.5), "1,5") == 1


def test_the_best_of_several_numbers_counts() -> None:
    several = NumericKey(
        answers=(
            AcceptedNumber(weight=HALF, number=3, tolerance=1),
            AcceptedNumber(number=3),
            AcceptedNumber(weight=WHOLE // 4, number=3, tolerance=5),
        )
    )
    texts = ("3", "4", "8", "9")
    assert [earned(several, text) for text in texts] == [1, Fraction(1, 2), Fraction(1, 4), 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5 m", 1),
        ("1.5m", 1),
        ("150 cm", 1),
        ("0.0015 km", 1),
        ("1.5", Fraction(1, 2)),
        ("1.5 ft", Fraction(1, 2)),
        ("1.5 M", Fraction(1, 2)),
        ("about 1.5 m", Fraction(1, 2)),
        ("150", 0),
        ("150 ft", 0),
        ("m", 0),
        ("1.5.2 m", 0),
    ],
)
def test_units_are_turned_into_the_keys_own(text: str, expected: Fraction | int) -> None:
    assert earned(LENGTH, text) == expected


def test_a_unit_that_may_be_left_out_costs_nothing_unless_it_is_another() -> None:
    optional = NumericKey(answers=G, units=(Unit(name="m/s²"),))
    assert earned(optional, "9.8") == 1
    assert earned(optional, "9.8 m/s^2") == 1
    assert earned(optional, "9.8m/s2") == 1
    assert earned(optional, "9.8 m/s") == 0


def test_a_currency_may_stand_before_the_number() -> None:
    price = NumericKey(answers=(AcceptedNumber(number=5),), units=(Unit(name="$"),))
    assert earned(price, "$5") == 1
    assert earned(price, "$ 5.00") == 1
    assert earned(price, "€5") == 0


def test_micro_is_one_sign_or_the_other() -> None:
    assert folded_unit("\u00b5m") == folded_unit("\u03bcm")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_number_that_is_shown_with_all_its_digits_is_right(number: float) -> None:
    assert earned(key(number=number), repr(number)) == 1


@given(st.text(max_size=30) | st.from_regex(r"[+-]?[0-9.,']{1,12}(e[0-9]{1,4})?", fullmatch=True))
def test_whatever_is_typed_is_read_as_the_same_number_exactly_or_not_at_all(text: str) -> None:
    about, exact = number_in(text), exact_number_in(text)
    if exact is not None and about is not None:
        assert float(exact) == about
    assert 0 <= earned(LENGTH, text) <= 1


def test_what_is_right_is_shown_with_its_tolerance_and_unit() -> None:
    assert shown(LENGTH) == ("(1.5 ± 0.01) m",)
    assert example(LENGTH, decimal_comma=True) == "1,5 m"
    assert shown(key(low=1, high=2)) == ("1 \u2013 2",)
    assert shown(key(number=2, tolerance=5, percent=True)) == ("2 ± 5\u00a0%",)
    assert shown(NumericKey(answers=(AcceptedNumber(number=2),), units=(Unit(name="kg"),))) == (
        "2 kg",
    )
    assert shown(NumericKey()) == ()
    assert example(NumericKey()) is None


@given(st.integers(-1000, 1000), st.integers(0, 300), st.integers(-1000, 1000))
def test_an_example_is_right_and_nearer_is_never_worse(number: int, within: int, at: int) -> None:
    asked = key(number=number / 100, tolerance=within / 100)
    text = example(asked)
    assert text is not None
    assert earned(asked, text) == 1
    assert earned(asked, str(at / 100)) == int(abs(at - number) <= within)
