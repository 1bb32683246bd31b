"""A client may be ahead of its rate by its burst, and no further."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rate import Meter, Rate


def test_a_burst_is_allowed_and_then_one_for_each_interval() -> None:
    meter = Meter(Rate(10, burst=3))
    assert [meter.allow(0) for _ in range(5)] == [True, True, True, False, False]
    assert meter.refused_in_a_row == 2
    assert meter.allow(100)
    assert meter.refused_in_a_row == 0
    assert not meter.allow(100)


@given(st.lists(st.integers(0, 200), max_size=50))
def test_no_client_gets_more_than_its_burst_and_its_rate(waits: list[int]) -> None:
    meter, now, allowed = Meter(Rate(10, burst=3)), 0, 0
    for wait in waits:
        now += wait
        allowed += meter.allow(now)
    assert allowed <= 3 + now / 100


@pytest.mark.parametrize(
    ("per_second", "floods"), [(500, True), (2_000, True), (100, False), (50, False)]
)
def test_a_client_floods_that_is_refused_nine_times_in_ten_for_some_seconds(
    per_second: int, floods: bool
) -> None:
    meter = Meter(Rate(50, burst=200))
    seen_after = None
    for number in range(20 * per_second):
        meter.allow(number * 1_000 // per_second)
        if meter.floods and seen_after is None:
            seen_after = number / per_second
    assert (seen_after is not None) == floods
    assert seen_after is None or 5 <= seen_after <= 12


def test_a_burst_that_is_refused_is_no_flood() -> None:
    meter = Meter(Rate(50, burst=200))
    for minute in range(10):
        for _ in range(300):
            meter.allow(minute * 60_000)
        assert not meter.floods
