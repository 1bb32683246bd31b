"""What a client can gain by answering pings late: at most what honest samples allow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.engineio.latency import (
    KEPT_SAMPLES,
    MAX_ROUND_TRIP_MS,
    MIN_SAMPLES,
    one_way_ms,
    with_sample,
)

round_trips = st.integers(0, 5_000)


def kept(samples: list[int]) -> tuple[int, ...]:
    result: tuple[int, ...] = ()
    for sample in samples:
        result = with_sample(result, sample)
    return result


def test_nothing_is_credited_before_three_samples() -> None:
    assert MIN_SAMPLES == 3
    assert one_way_ms(()) == one_way_ms((80,)) == one_way_ms((80, 80)) == 0
    assert one_way_ms((80, 80, 80)) == 40


def test_a_single_spike_changes_nothing() -> None:
    assert one_way_ms((40, 42, 41, 900)) == one_way_ms((40, 42, 41)) == 20.5


def test_jitter_on_a_fast_link_is_no_outlier() -> None:
    assert one_way_ms((1, 20, 25)) == 10


@given(st.lists(round_trips, max_size=30))
def test_the_estimate_is_bounded_by_the_samples_and_by_the_cap(samples: list[int]) -> None:
    remembered = kept(samples)
    estimate = one_way_ms(remembered)
    assert len(remembered) <= KEPT_SAMPLES
    assert 0 <= estimate <= MAX_ROUND_TRIP_MS / 2
    if estimate:
        assert min(remembered) / 2 <= estimate <= max(remembered) / 2


@given(st.data(), st.lists(round_trips, min_size=3, max_size=KEPT_SAMPLES))
def test_late_echoes_gain_nothing_beyond_the_slowest_honest_one(
    data: st.DataObject, honest: list[int]
) -> None:
    most = min((len(honest) - 1) // 2, KEPT_SAMPLES - len(honest))
    late = data.draw(st.lists(st.integers(0, 60_000), max_size=max(most, 0)))
    mixed = data.draw(st.permutations([*honest, *(max(honest) + extra for extra in late)]))
    assert one_way_ms(kept(mixed)) <= max(kept(honest)) / 2


@given(st.lists(round_trips, min_size=3, max_size=20), st.integers(0, 10_000))
def test_delaying_every_echo_gains_at_most_the_delay_and_the_cap(
    honest: list[int], delay: int
) -> None:
    cheating = one_way_ms(kept([sample + delay for sample in honest]))
    assert cheating <= min((max(honest) + delay), MAX_ROUND_TRIP_MS) / 2


@given(st.lists(round_trips, min_size=1, max_size=20))
def test_the_oldest_sample_is_forgotten_first(samples: list[int]) -> None:
    assert kept(samples) == tuple(min(s, MAX_ROUND_TRIP_MS) for s in samples[-KEPT_SAMPLES:])


def test_a_clock_that_steps_back_counts_as_no_delay() -> None:
    assert with_sample((), -5) == (0,)
