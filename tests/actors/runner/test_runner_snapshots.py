"""The runner: snapshots, and how an actor leaves memory."""

from __future__ import annotations

from typing import Any

import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    StorageUnavailable,
)
from tests.support.runtime import (
    Add,
    CounterState,
    FakeJournal,
    GoAway,
    Read,
    Total,
    running,
)


class Unencodable(CounterState):
    secret: Any = object()


A = Address("counter", "a")


async def test_snapshot_and_tail_give_the_same_state_as_a_full_replay(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal, snapshot_every=4) as rig:
        for amount in range(1, 11):
            await rig.ask(Add(amount=amount))
        await rig.settle()
        assert journal.snapshots[A].version == 8
    async with running(journal=journal) as rig:
        with_snapshot = await rig.ask(Read())
    journal.snapshots.clear()
    async with running(journal=journal) as rig:
        assert await rig.ask(Read()) == with_snapshot == Total(total=55)


async def test_a_snapshot_is_saved_only_after_the_commit_and_without_later_events(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(snapshot_every=2) as rig:
        rig.request(Add())
        rig.request(Add())
        await rig.settle()
        rig.request(Add(amount=100))
        await rig.settle()
        assert rig.journal.snapshots == {}
        rig.journal.commit(1)
        await rig.settle()
        assert rig.journal.snapshots[A].version == 2
        assert b'"total":2' in rig.journal.snapshots[A].state


async def test_passivation_saves_a_snapshot_and_survives_its_failure(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        journal.snapshot_error = StorageUnavailable()
        rig.directory.passivate(A)
        await rig.settle()
        assert rig.directory.statistics().live == 0
        assert journal.snapshots == {}
        assert await rig.ask(Read()) == Total(total=1)


async def test_passivate_waits_for_the_commit_in_flight(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add())
        rig.request(GoAway())
        await rig.settle()
        assert rig.directory.statistics().live == 1
        rig.journal.commit()
        await rig.settle()
        assert answer.count == 1
        assert rig.directory.statistics().live == 0


async def test_a_state_that_cannot_be_encoded_costs_the_snapshot_only() -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal, snapshot_every=1) as rig:
        rig.machine.initial = lambda key: Unencodable()  # type: ignore[method-assign]
        assert await rig.ask(Add()) == Total(total=1)
        rig.directory.passivate(A)
        await rig.settle()
        assert journal.snapshots == {}
        assert rig.live() == 0
