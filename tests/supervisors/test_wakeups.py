"""Waiters: woken by commits, by due times, and now and then."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from protocol.wakes import JOBS, REMINDERS
from supervisors.reminders import GRACE_MS
from supervisors.wakeups import LEAST_SECONDS, TopicWaiter, Wakeups

NOW = 1_700_000_000_000


async def waited(waiter: TopicWaiter, *, due_at: int | None = None, net: float = 20.0) -> float:
    """Seconds until it returned."""
    began = trio.current_time()
    await waiter.wait(now=NOW, due_at=due_at, net_seconds=net)
    return trio.current_time() - began


@pytest.mark.parametrize(
    ("due_at", "seconds"),
    [(None, 20.0), (NOW + 5_000, 5.0), (NOW + 50_000, 20.0), (NOW - 9, LEAST_SECONDS)],
)
async def test_it_waits_for_the_due_time_or_the_net(
    autojump_clock: MockClock, due_at: int | None, seconds: float
) -> None:
    assert await waited(TopicWaiter(), due_at=due_at) == pytest.approx(seconds)


async def test_a_wake_ends_the_wait_at_its_time(autojump_clock: MockClock) -> None:
    waiter = TopicWaiter()
    async with trio.open_nursery() as nursery:

        async def wake() -> None:
            await trio.sleep(1)
            waiter.wake(NOW + 4_000)
            waiter.wake(NOW + 9_000)

        nursery.start_soon(wake)
        assert await waited(waiter) == pytest.approx(4.0)


async def test_a_wake_while_nobody_waits_is_remembered_once(autojump_clock: MockClock) -> None:
    waiter = TopicWaiter()
    waiter.wake()
    assert await waited(waiter) == 0
    assert await waited(waiter) == pytest.approx(20.0)


async def test_a_cancelled_wait_forgets_its_wakes(autojump_clock: MockClock) -> None:
    waiter = TopicWaiter()
    with trio.move_on_after(1):
        await waited(waiter)
    assert await waited(waiter) == pytest.approx(20.0)


async def test_alarms_come_after_the_grace_of_those_in_memory(autojump_clock: MockClock) -> None:
    waiter = Wakeups().waiter(REMINDERS)
    began = trio.current_time()
    await waiter.wait(now=NOW, due_at=NOW + 1_000, net_seconds=20.0)
    assert trio.current_time() - began == pytest.approx(1 + GRACE_MS / 1_000)


async def test_each_topic_has_its_waiter_and_unknown_ones_none(autojump_clock: MockClock) -> None:
    wakeups = Wakeups()
    wakeups.deliver({JOBS: 0, "of another version": 0})
    jobs, reminders = wakeups.waiter(JOBS), wakeups.waiter(REMINDERS)
    with trio.fail_after(1):
        await jobs.wait(now=NOW, due_at=None, net_seconds=20.0)
    with trio.move_on_after(5) as scope:
        await reminders.wait(now=NOW, due_at=None, net_seconds=20.0)
    assert scope.cancelled_caught
    wakeups.deliver_all()
    with trio.fail_after(1):
        await jobs.wait(now=NOW, due_at=None, net_seconds=20.0)
