"""Waking what lives by the clock: everybody is told of a stall, and nobody makes another by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog.testing
import trio
import trio.testing

from actors.effects import Effects
from actors.kind import LiveKind
from protocol.envelope import Address, Message
from protocol.lifecycle import Stalled
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.stalls import Stalls
from supervisors.timed_waker import AT_ONCE
from tests.support.fakes import FakeFanOut
from tests.support.runtime import START, Add, Counter, CounterState, FakeJournal
from tests.support.turns import Turns


class Timed(Counter):
    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns = turns

    def decide(self, state: CounterState, command: Message, now: int) -> Effects:
        if isinstance(command, Stalled):
            self.turns.count()
        return super().decide(state, command, now)


class Room:
    """So many actors that live by the clock, on a node whose stalls a test notes."""

    def __init__(self) -> None:
        clock = TrioClock(START)
        self.turns, self.stalls = Turns(), Stalls(clock)
        self.machine = Timed(self.turns)
        self.directory = Directory(
            clock=clock,
            journal=FakeJournal(auto=True),
            fan_out=FakeFanOut(),
            kinds=[LiveKind(self.machine, timed=True)],
            stalls=self.stalls,
        )

    @property
    def told(self) -> int:
        return sum(isinstance(each, Stalled) for each in self.machine.delivered)


@asynccontextmanager
async def room(actors: int) -> AsyncIterator[Room]:
    found = Room()
    async with trio.open_nursery() as nursery:
        await nursery.start(found.directory.run)
        for number in range(actors):
            await found.directory.ask(Address("counter", str(number)), Add())
        found.machine.delivered.clear()
        with structlog.testing.capture_logs():
            yield found
        nursery.cancel_scope.cancel()


async def test_a_room_is_told_of_a_stall_over_several_turns() -> None:
    async with room(4 * AT_ONCE) as timed:
        trio.lowlevel.add_instrument(timed.turns)
        timed.stalls.loop_held("stopped", 3.0)
        await trio.testing.wait_all_tasks_blocked()
        trio.lowlevel.remove_instrument(timed.turns)
    assert timed.turns.counted == [AT_ONCE] * 4
    assert timed.told == 4 * AT_ONCE


async def test_who_hears_of_it_by_a_message_first_is_told_once() -> None:
    last = Address("counter", str(4 * AT_ONCE))
    async with room(4 * AT_ONCE + 1) as timed:
        timed.stalls.loop_held("loop", 3.0)
        await timed.directory.ask(last, Add(amount=7))
        place = timed.machine.delivered.index(Add(amount=7))
        assert place <= AT_ONCE + 1
        assert isinstance(timed.machine.delivered[place - 1], Stalled)
        await trio.testing.wait_all_tasks_blocked()
    assert timed.told == 4 * AT_ONCE + 1
