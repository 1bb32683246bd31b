"""Restart intensity and backoff, as functions of times."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supervisors.restarts import Backoff, RestartIntensity, Times, add_restart, within


def test_the_first_restart_is_immediate_and_the_pauses_grow_up_to_the_cap() -> None:
    backoff = Backoff(initial_seconds=0.1, factor=2, cap_seconds=1)
    assert [backoff.delay(n) for n in range(7)] == [0, 0, 0.1, 0.2, 0.4, 0.8, 1]


@given(st.integers(0, 10**9))
def test_a_pause_is_never_longer_than_the_cap(restarts: int) -> None:
    assert 0 <= Backoff().delay(restarts) <= 30


def test_only_restarts_within_the_period_count() -> None:
    assert within((0.0, 4.0, 5.0, 9.0), 10.0, 5.0) == (5.0, 9.0)


@given(
    st.lists(st.floats(0, 100), max_size=50).map(sorted),
    st.integers(0, 5),
    st.floats(0.5, 20),
)
def test_too_many_is_more_than_allowed_within_any_period_that_ends_now(
    times: list[float], allowed: int, seconds: float
) -> None:
    kept: Times = ()
    intensity = RestartIntensity(allowed, seconds)
    for index, now in enumerate(times):
        kept, exceeded = add_restart(kept, now, intensity)
        recent = [t for t in times[: index + 1] if now - t <= seconds]
        assert exceeded == (len(recent) > allowed)
