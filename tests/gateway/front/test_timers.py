"""The timer wheel, on a clock that the test moves."""

from __future__ import annotations

from functools import partial

import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from gateway.front.stream import PATIENT_TOGETHER
from gateway.front.timers import Timer, TimerWheel
from tests.gateway.front.harness import serving, until


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def make() -> tuple[TimerWheel, Clock]:
    clock = Clock()
    return TimerWheel(tick_seconds=0.1, slots=8, clock=clock), clock


@given(
    delays=st.lists(st.floats(0, 5), max_size=20),
    cancelled=st.sets(st.integers(0, 19)),
    steps=st.lists(st.floats(0.01, 3), min_size=1, max_size=20),
)
def test_timers_go_off_once_never_early_and_at_most_a_tick_late(
    delays: list[float], cancelled: set[int], steps: list[float]
) -> None:
    wheel, clock = make()
    called: dict[int, int] = dict.fromkeys(range(len(delays)), 0)

    def count(number: int) -> None:
        called[number] += 1

    timers = [
        wheel.call_later(delay, partial(count, number)) for number, delay in enumerate(delays)
    ]
    for number, timer in enumerate(timers):
        if number in cancelled:
            timer.cancel()
    elapsed = 0.0
    for step in steps:
        clock.time += step
        elapsed = clock.time - 100.0
        wheel.advance()
        for number, delay in enumerate(delays):
            if number in cancelled or elapsed < delay - 1e-6:
                assert called[number] == 0
            elif elapsed > delay + 0.2:
                assert called[number] == 1
    assert len(wheel) == sum(
        1 for number in called if number not in cancelled and called[number] == 0
    )


def test_a_callback_may_set_and_cancel_timers() -> None:
    wheel, clock = make()
    calls: list[str] = []
    second = wheel.call_later(0.1, lambda: calls.append("second"))

    def first() -> None:
        calls.append("first")
        second.cancel()
        wheel.call_later(0.1, lambda: calls.append("third"))

    first_timer = wheel.call_later(0.05, first)
    for _ in range(6):
        clock.time += 0.1
        wheel.advance()
    assert calls[-1] == "third"
    assert calls.count("first") == 1
    first_timer.cancel()  # harmless


def test_what_may_be_late_goes_off_together() -> None:
    wheel, clock = make()
    start, called = clock.time, list[float]()
    delays = (0.81, 1.22, 1.93)
    for seconds in delays:
        wheel.call_later(seconds, lambda: called.append(clock.time - start), together=10)
    for _ in range(30):
        clock.time += 0.1
        wheel.advance()
    assert len(called) == 3
    assert len(set(called[1:])) == 1
    late = [at - seconds for at, seconds in zip(called, delays, strict=True)]
    assert all(0 <= each <= 1.1 for each in late)


def test_cancelling_in_the_same_tick_is_heeded() -> None:
    wheel, clock = make()
    calls: list[int] = []
    timers: list[Timer] = []

    def cancel_all(number: int) -> None:
        calls.append(number)
        for timer in timers:
            timer.cancel()

    timers += [wheel.call_later(0.1, partial(cancel_all, n)) for n in range(3)]
    clock.time += 1
    wheel.advance()
    assert len(calls) == 1
    assert len(wheel) == 0


def test_one_failing_callback_costs_the_others_nothing() -> None:
    wheel, clock = make()
    calls: list[int] = []

    def fail() -> None:
        raise RuntimeError

    wheel.call_later(0.1, fail)
    wheel.call_later(0.1, lambda: calls.append(1))
    clock.time += 1
    wheel.advance()
    assert calls == [1]


def test_thousands_of_timers_come_and_go_without_a_trace() -> None:
    wheel, clock = make()
    calls: list[int] = []
    timers = [wheel.call_later(n % 7, partial(calls.append, n)) for n in range(10_000)]
    for timer in timers[::2]:
        timer.cancel()
    clock.time += 60
    wheel.advance()
    assert len(calls) == 5_000
    assert len(wheel) == 0


async def test_the_wheel_runs_by_itself_and_sleeps_when_it_is_empty(
    autojump_clock: MockClock,
) -> None:
    wheel = TimerWheel(tick_seconds=0.05)
    rang = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wheel.run)
        await wait_all_tasks_blocked()
        start = trio.current_time()
        wheel.call_later(30, rang.set)
        await rang.wait()
        assert 30 <= trio.current_time() - start <= 30.11
        nursery.cancel_scope.cancel()


async def test_the_wheel_wakes_only_when_something_may_be_due(autojump_clock: MockClock) -> None:
    wheel = TimerWheel(tick_seconds=0.05)
    woken, rang = 0, [trio.Event(), trio.Event()]
    advance = wheel.advance

    def count() -> None:
        nonlocal woken
        woken += 1
        advance()

    wheel.advance = count  # type: ignore[method-assign]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wheel.run)
        await wait_all_tasks_blocked()
        start = trio.current_time()
        wheel.call_later(30, rang[1].set)
        await wait_all_tasks_blocked()
        wheel.call_later(10, rang[0].set)
        await rang[0].wait()
        assert 10 <= trio.current_time() - start <= 10.11
        await rang[1].wait()
        assert 30 <= trio.current_time() - start <= 30.11
        nursery.cancel_scope.cancel()
    assert woken <= 8


async def test_far_deadlines_of_connections_fall_due_together() -> None:
    async with serving() as harness:
        wires = [await harness.connect() for _ in range(3)]
        await until(lambda: len(harness.front.services.timers) == len(wires))
        slots = harness.front.services.timers._slots
        assert {timer.due_tick % PATIENT_TOGETHER for slot in slots for timer in slot} == {0}
        for wire in wires:
            await wire.__aexit__()
