"""Which renditions a source has."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.transcoding import MAX_RENDITIONS
from storage.transcoding.ladder import FAST, RATES, STEPS, ladder, steady_rate

SIDES = st.integers(1, 8_192)
STEADY = st.sampled_from(RATES)


def sizes(width: int, height: int, rate: int = 25) -> list[tuple[int, int]]:
    return [(each.width, each.height) for each in ladder(width, height, Fraction(rate))]


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ((1920, 1080), [(640, 360), (1280, 720), (1920, 1080)]),
        ((1080, 1920), [(360, 640), (720, 1280), (1080, 1920)]),
        ((3840, 2160), [(640, 360), (1280, 720), (1920, 1080)]),
        ((1280, 720), [(640, 360), (1280, 720)]),
        ((854, 480), [(640, 360), (854, 480)]),
        ((1440, 800), [(648, 360), (1296, 720)]),
        ((320, 240), [(320, 240)]),
        ((321, 241), [(320, 240)]),
        ((8_000, 10), [(900, 2)]),
        ((1, 1), [(2, 2)]),
    ],
)
def test_a_source_has_the_steps_below_it(
    source: tuple[int, int], made: list[tuple[int, int]]
) -> None:
    assert sizes(*source) == made


@given(SIDES, SIDES, STEADY)
def test_none_is_larger_than_the_source_or_an_odd_size_and_each_is_larger_than_the_one_before(
    width: int, height: int, rate: Fraction
) -> None:
    made = ladder(width, height, rate)
    assert 1 <= len(made) <= MAX_RENDITIONS
    for each in made:
        assert each.width % 2 == each.height % 2 == 0
        assert each.width <= max(2, width)
        assert each.height <= max(2, height)
        assert min(each.width, each.height) <= STEPS[-1]
        assert each.width * each.height <= 1080 * 2700
        assert each.rate in (rate, rate / 2)
        assert each.rate <= 60
    for smaller, larger in pairwise(made):
        assert smaller.width * smaller.height < larger.width * larger.height
        assert smaller.kilobits < larger.kilobits
    assert made[0].rate <= FAST
    assert [each.name for each in made] == [f"v{number}" for number in range(len(made))]


@given(SIDES, SIDES, STEADY)
def test_a_film_that_is_turned_has_the_same_renditions_turned(
    width: int, height: int, rate: Fraction
) -> None:
    upright = [(each.height, each.width) for each in ladder(height, width, rate)]
    assert [(each.width, each.height) for each in ladder(width, height, rate)] == upright


@given(st.fractions(min_value=0, max_value=100_000).filter(bool))
def test_any_rate_becomes_a_usual_one_that_loses_next_to_nothing(said: Fraction) -> None:
    rate = steady_rate(said)
    assert rate in RATES
    assert rate >= min(said, RATES[-1]) * Fraction(99, 100)


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        (Fraction(30_000, 1_001), Fraction(30_000, 1_001)),
        (Fraction(2_997, 100), Fraction(30_000, 1_001)),
        (Fraction(30), Fraction(30)),
        (Fraction(273, 10), Fraction(30_000, 1_001)),
        (Fraction(83, 10), Fraction(10)),
        (Fraction(240), Fraction(60)),
        (Fraction(90_000), Fraction(60)),
        (Fraction(0), Fraction(5)),
    ],
)
def test_a_rate_becomes_the_usual_one(said: Fraction, rate: Fraction) -> None:
    assert steady_rate(said) == rate
