"""A client may be ahead of its rate by its burst, and no further."""

from __future__ import annotations

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
