"""Distributions of durations: every one is counted once, where it belongs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocol.distributions import (
    MAX_LABELS,
    OTHER,
    SECONDS,
    TURN_SECONDS,
    Distribution,
    Distributions,
)


@given(
    st.sampled_from([SECONDS, TURN_SECONDS]),
    st.lists(st.floats(-1, 100) | st.sampled_from([*SECONDS, *TURN_SECONDS])),
)
def test_each_bound_has_those_that_took_at_most_so_long(
    bounds: tuple[float, ...], durations: list[float]
) -> None:
    distribution = Distribution(bounds)
    for seconds in durations:
        distribution.observe(seconds)
    shown = distribution.shown()
    assert shown.bounds == bounds
    assert list(shown.at_most) == [sum(d <= bound for d in durations) for bound in bounds]
    assert shown.number == len(durations)
    assert abs(shown.sum - sum(max(0.0, d) for d in durations)) < 1e-6


def test_what_is_shown_does_not_change_afterwards() -> None:
    distribution = Distribution()
    distribution.observe(0.1)
    before = distribution.shown()
    distribution.observe(0.2)
    assert before.number == 1
    assert distribution.shown().number == 2


def test_bounds_rise() -> None:
    for bounds in (SECONDS, TURN_SECONDS):
        assert list(bounds) == sorted(set(bounds))


@given(st.lists(st.text(max_size=5)))
def test_a_label_that_is_not_known_beforehand_is_other(labels: list[str]) -> None:
    by_label = Distributions(["live.answer", "room.say"])
    for label in labels:
        by_label.of(label).observe(1)
    by_label.of("room.say").observe(2)
    assert set(by_label.shown()) <= {"live.answer", "room.say", OTHER}
    assert by_label.shown()["room.say"].number == 1
    assert sum(each.number for each in by_label.shown().values()) == len(labels) + 1


def test_so_many_labels_are_kept() -> None:
    by_label = Distributions(str(number) for number in range(10 * MAX_LABELS))
    for number in range(10 * MAX_LABELS):
        by_label.of(str(number)).observe(1)
    assert len(by_label.shown()) == MAX_LABELS + 1
