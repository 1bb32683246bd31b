"""The runner: how an activation begins, and what it is told of the time before."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    HistoryUnreadable,
    StorageUnavailable,
)
from protocol.lifecycle import Activated
from protocol.ports import Snapshot, StoredEvent
from supervisors.quarantine import AGAIN_SECONDS
from tests.support.runtime import (
    START,
    Add,
    Counter,
    Crash,
    FakeJournal,
    Read,
    Total,
    running,
)

A = Address("counter", "a")


async def _outage(journal: FakeJournal, machine: Counter) -> None:
    options = {"down_since": START - 60_000, "up_at": START - 1_000}
    async with running(journal=journal, machine=machine, directory=options) as rig:
        await rig.ask(Read())
        rig.directory.passivate(A)
        await rig.settle()
        await rig.ask(Read())


async def test_an_activation_that_cannot_load_answers_everybody(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.load_error = StorageUnavailable()
        answers = [rig.request(Read()) for _ in range(3)]
        await rig.settle()
        assert [type(a.errors[0]) for a in answers] == [StorageUnavailable] * 3
        rig.journal.load_error = None
        assert await rig.ask(Read()) == Total(total=0)


async def test_messages_queue_while_the_actor_is_activated(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    journal.gate = trio.Event()
    async with running(journal=journal) as rig:
        answers = [rig.request(Read()) for _ in range(3)]
        await rig.settle()
        assert not any(a.count for a in answers)
        journal.gate.set()
        await rig.settle()
        assert all(a.count == 1 for a in answers)


@pytest.mark.parametrize("kind", ["counter", "volatile"])
async def test_an_activation_after_a_crash_or_a_restart_is_told_though_nothing_is_durable(
    autojump_clock: trio.testing.MockClock, kind: str
) -> None:
    async with running() as rig:
        machine = rig.machine if kind == "counter" else rig.volatile
        await rig.ask(Read(), kind=kind)
        assert machine.activations == []
        rig.request(Crash(), kind=kind)
        await rig.settle()
        assert machine.activations == [Activated(after_crash=True)]
        rig.directory.restart(Address(kind, "a"))
        await rig.settle()
        assert machine.activations[1:] == [Activated()]
        rig.directory.passivate(Address(kind, "a"))
        await rig.settle()
        await rig.ask(Read(), kind=kind)
        assert len(machine.activations) == 2


async def test_a_plain_activation_reports_no_outage_and_a_first_one_no_state(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.auto = True
        await rig.ask(Add())
        assert rig.machine.activations == []
        rig.directory.passivate(A)
        await rig.settle()
        assert await rig.ask(Read()) == Total(total=1)
        assert rig.machine.activations == [Activated()]


@pytest.mark.parametrize("snapshotted", [False, True])
async def test_an_outage_is_reported_once_per_address(
    snapshotted: bool, autojump_clock: trio.testing.MockClock
) -> None:
    journal, machine = FakeJournal(auto=True), Counter()
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        await rig.directory.drain(1)
    assert journal.snapshots
    if not snapshotted:
        journal.snapshots.clear()
    (event,) = journal.events[A]
    journal.events[A] = [type(event)(1, 1, START - 50_000, event.event)]
    await _outage(journal, machine)
    assert [g.down_ms for g in machine.activations] == [50_000, 0]


async def test_an_outage_counts_from_the_last_sign_of_life(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal, machine = FakeJournal(auto=True), Counter()
    async with running(journal=journal) as rig:
        await rig.ask(Add())
    (event,) = journal.events[A]
    journal.events[A] = [type(event)(1, 1, START - 3_600_000, event.event)]
    await _outage(journal, machine)
    assert [g.down_ms for g in machine.activations] == [60_000, 0]


async def test_an_actor_written_to_since_the_start_was_not_down(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal, machine = FakeJournal(auto=True), Counter()
    async with running(journal=journal) as rig:
        await rig.ask(Add())
    await _outage(journal, machine)
    assert [g.down_ms for g in machine.activations] == [0, 0]


async def test_an_unreadable_journal_crashes_the_activation_and_answers_everybody(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        await rig.directory.drain(1)
    journal.snapshots.clear()
    (event,) = journal.events[A]
    journal.events[A] = [type(event)(1, 9, event.at, event.event)]
    async with running(journal=journal) as rig:
        for _ in range(1_000):  # more than the kind may crash
            with pytest.raises(HistoryUnreadable) as refusal:
                await rig.ask(Read())
        assert (refusal.value.code, refusal.value.retryable) == ("ACTOR_UNREADABLE", False)
        assert journal.loads == 2
        assert await rig.ask(Read(), key="b") == Total(total=0)
        (shown,) = rig.directory.quarantine.shown()
        assert (shown.kind, shown.key, shown.refused) == ("counter", "a", 999)
        known = "schema 9 was written, schema 1 is known, no upgrade_event"
        assert shown.reason == f"event 1 (test.added): {known}"
        journal.events[A] = [event]
        assert rig.directory.quarantine.lift(A)
        assert await rig.ask(Read()) == Total(total=1)


async def test_a_history_that_can_be_read_again_heals_by_itself(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    journal.events[A] = [StoredEvent(1, 1, START, b'{"type":"test.added","amo')]
    async with running(journal=journal) as rig:
        with pytest.raises(HistoryUnreadable):
            await rig.ask(Read())
        journal.events[A] = [StoredEvent(1, 1, START, b'{"type":"test.added","amount":3}')]
        with pytest.raises(HistoryUnreadable):
            await rig.ask(Read())
        await trio.sleep(AGAIN_SECONDS)
        assert await rig.ask(Read()) == Total(total=3)
        assert rig.directory.quarantine.shown() == []


async def test_events_that_the_machine_cannot_apply_are_unreadable_too(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    journal.events[A] = [StoredEvent(1, 1, START, b'{"type":"test.cursed"}')]
    async with running(journal=journal) as rig:
        with pytest.raises(HistoryUnreadable):
            await rig.ask(Read())
        assert (
            rig.directory.quarantine.shown()[0].reason == "event 1 (test.cursed): ZeroDivisionError"
        )


@pytest.mark.parametrize("state", [b"{", b'{"total":"many"}'])
@pytest.mark.parametrize("schema", [1, 9])
async def test_a_snapshot_that_cannot_be_read_is_made_again_from_the_journal(
    autojump_clock: trio.testing.MockClock, state: bytes, schema: int
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        for _ in range(3):
            await rig.ask(Add())
        await rig.directory.drain(1)
    journal.snapshots[A] = Snapshot(A, 2, schema, state)
    async with running(journal=journal) as rig:
        assert await rig.ask(Read()) == Total(total=3)
        await rig.directory.drain(1)
    assert journal.snapshots[A].version == 3
    assert journal.snapshots[A].state == b'{"total":3,"seen":[]}'


async def test_an_actor_that_crashes_on_activation_is_tried_again_for_the_next_message(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        rig.machine.crash_on_activated = True
        rig.directory.restart(A)
        await rig.settle()
        with pytest.raises(ActorCrashed):
            await rig.ask(Read())
        rig.machine.crash_on_activated = False
        assert await rig.ask(Read()) == Total(total=1)
