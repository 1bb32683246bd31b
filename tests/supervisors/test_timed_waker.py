"""Waking what lives by the clock: everybody is told of a stall, and nobody makes another by it."""

from __future__ import annotations

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

ROOM = 4 * AT_ONCE


class Timed(Counter):
    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns = turns

    def decide(self, state: CounterState, command: Message, now: int) -> Effects:
        if isinstance(command, Stalled):
            self.turns.count()
        return super().decide(state, command, now)


async def test_a_room_is_told_of_a_stall_over_several_turns() -> None:
    turns, clock = Turns(), TrioClock(START)
    stalls, machine = Stalls(clock), Timed(turns)
    directory = Directory(
        clock=clock,
        journal=FakeJournal(auto=True),
        fan_out=FakeFanOut(),
        kinds=[LiveKind(machine, timed=True)],
        stalls=stalls,
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        for number in range(ROOM):
            await directory.ask(Address("counter", str(number)), Add())
        trio.lowlevel.add_instrument(turns)
        with structlog.testing.capture_logs():
            stalls.loop_held("stopped", 3.0)
        await trio.testing.wait_all_tasks_blocked()
        trio.lowlevel.remove_instrument(turns)
        nursery.cancel_scope.cancel()
    assert turns.counted == [AT_ONCE] * 4
    told = [each for each in machine.delivered if isinstance(each, Stalled)]
    assert len(told) == ROOM


async def test_who_hears_of_it_by_a_message_first_is_told_once() -> None:
    turns, clock = Turns(), TrioClock(START)
    stalls, machine = Stalls(clock), Timed(turns)
    directory = Directory(
        clock=clock,
        journal=FakeJournal(auto=True),
        fan_out=FakeFanOut(),
        kinds=[LiveKind(machine, timed=True)],
        stalls=stalls,
    )
    last = Address("counter", str(ROOM))
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        for number in range(ROOM + 1):
            await directory.ask(Address("counter", str(number)), Add())
        machine.delivered.clear()
        with structlog.testing.capture_logs():
            stalls.loop_held("loop", 3.0)
        await directory.ask(last, Add(amount=7))
        before = machine.delivered.index(Add(amount=7))
        assert before <= AT_ONCE + 1
        assert isinstance(machine.delivered[before - 1], Stalled)
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    assert sum(isinstance(each, Stalled) for each in machine.delivered) == ROOM + 1
