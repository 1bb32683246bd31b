"""Alarms in memory, and the clock they follow."""

from __future__ import annotations

import random

import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Address
from supervisors.alarms import AT_ONCE, SWEEP_ABOVE, Alarms
from supervisors.clock import TrioClock
from tests.support.turns import Turns

A, B = Address("counter", "a"), Address("counter", "b")
START = 1_700_000_000_000


class Rung:
    def __init__(self) -> None:
        self.clock = TrioClock(START)
        self.alarms = Alarms(self.clock, self.ring)
        self.log: list[tuple[str, str, int, int]] = []

    def ring(self, address: Address, name: str, due_at: int) -> None:
        self.log.append((address.key, name, due_at - START, self.clock.now() - START))


async def test_alarms_ring_in_order_and_never_early(
    autojump_clock: trio.testing.MockClock,
) -> None:
    rung = Rung()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rung.alarms.run)
        await trio.testing.wait_all_tasks_blocked()
        rung.alarms.set(A, "x", START + 500)
        rung.alarms.set(B, "x", START + 100)
        rung.alarms.set(A, "past", START - 100)
        assert len(rung.alarms) == 3
        await trio.sleep(1)
        assert rung.log == [("a", "past", -100, 0), ("b", "x", 100, 100), ("a", "x", 500, 500)]
        assert len(rung.alarms) == 0
        nursery.cancel_scope.cancel()


async def test_a_room_whose_time_is_up_is_told_over_several_turns(
    autojump_clock: trio.testing.MockClock,
) -> None:
    turns = Turns()
    rung = Rung()
    rung.ring = lambda *_: turns.count()  # type: ignore[method-assign]
    rung.alarms = Alarms(rung.clock, rung.ring)
    trio.lowlevel.add_instrument(turns)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rung.alarms.run)
        for number in range(4 * AT_ONCE):
            rung.alarms.set(Address("counter", str(number)), "x", START + 500)
        await trio.sleep(1)
        nursery.cancel_scope.cancel()
    trio.lowlevel.remove_instrument(turns)
    assert turns.counted == [AT_ONCE] * 4


async def test_a_moved_alarm_rings_at_its_new_time_only(
    autojump_clock: trio.testing.MockClock,
) -> None:
    rung = Rung()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rung.alarms.run)
        for due in (300, 900, 600):
            rung.alarms.set(A, "x", START + due)
        assert rung.alarms.due_at(A, "x") == rung.alarms.next_of(A) == START + 600
        await trio.sleep(2)
        assert [entry[2] for entry in rung.log] == [600]
        assert rung.alarms.due_at(A, "x") is rung.alarms.next_of(A) is None
        nursery.cancel_scope.cancel()


async def test_dropping_an_address_disarms_all_of_it_and_nothing_else(
    autojump_clock: trio.testing.MockClock,
) -> None:
    rung = Rung()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rung.alarms.run)
        rung.alarms.set(A, "x", START + 100)
        rung.alarms.set(A, "y", START + 100)
        rung.alarms.set(B, "x", START + 100)
        rung.alarms.drop(A)
        await trio.sleep(1)
        assert [entry[0] for entry in rung.log] == ["b"]
        nursery.cancel_scope.cancel()


async def test_replaced_entries_do_not_pile_up(autojump_clock: trio.testing.MockClock) -> None:
    rung = Rung()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rung.alarms.run)
        for n in range(3 * SWEEP_ABOVE):
            rung.alarms.set(A, "x", START + 1_000_000 + n)
        rung.alarms.set(B, "soon", START + 10)
        await trio.sleep(1)
        assert len(rung.alarms._heap) == 1
        nursery.cancel_scope.cancel()


@given(st.lists(st.integers(0, 10**12), max_size=20), st.floats(0, 10**6))
def test_at_the_time_it_wakes_for_the_clock_has_reached_the_deadline(
    delays: list[int], jump: float
) -> None:
    async def check() -> None:
        mock = trio.lowlevel.current_clock()
        assert isinstance(mock, trio.testing.MockClock)
        mock.jump(jump)
        clock = TrioClock()
        for delay in sorted(delays):
            at = clock.now() + delay % 10**7
            mock.jump(max(0.0, clock.trio_time(at) - trio.current_time()))
            assert at <= clock.now() <= at + 1

    trio.run(check, clock=trio.testing.MockClock())


async def test_many_alarms_ring_in_the_order_of_their_times(
    autojump_clock: trio.testing.MockClock,
) -> None:
    rung, dues = Rung(), list(range(200))
    random.Random(1).shuffle(dues)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(rung.alarms.run)
        for due in dues:
            rung.alarms.set(Address("counter", str(due)), "x", START + due)
        await trio.sleep(1)
        assert [entry[2] for entry in rung.log] == sorted(dues)
        nursery.cancel_scope.cancel()
