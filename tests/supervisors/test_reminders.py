"""Durable alarms of actors that are not in memory, and snapshots written in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
import trio
import trio.testing

from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import ActorCrashed, NotFoundError, PoisonMessage, StorageUnavailable
from protocol.lifecycle import Reminded
from protocol.ports import DueReminder, Snapshot
from supervisors import snapshots
from supervisors.dead_letters import (
    ADDRESSES_REMEMBERED,
    SUSPECTS_PER_ADDRESS,
    DeadLetters,
    Faults,
)
from supervisors.deadlines import Asker, Deadlines
from supervisors.reminders import BATCH, GRACE_MS, MAX_UNDER_WAY, ReminderPoller, run_reminders
from supervisors.snapshots import SnapshotWriter
from supervisors.wakeups import TopicWaiter
from tests.support.runtime import START, Add, FakeJournal, Total, running


class FakeReminders:
    """Rows with leases, in memory."""

    def __init__(self, rows: Sequence[DueReminder] = ()) -> None:
        self.rows = {(r.address, r.name): r for r in rows}
        self.leased: dict[DueReminder, int] = {}
        self.claims = 0
        self.error: Exception | None = None
        self.complete_error: Exception | None = None
        self.waiter = TopicWaiter(GRACE_MS)

    async def claim(self, *, now: int, limit: int, lease_ms: int) -> Sequence[DueReminder]:
        await trio.lowlevel.checkpoint()
        self.claims += 1
        if self.error is not None:
            raise self.error
        due = [r for r in self.rows.values() if r.due_at <= now and self.leased.get(r, 0) <= now]
        for one in due[:limit]:
            self.leased[one] = now + lease_ms
        return due[:limit]

    async def next_due(self) -> int | None:
        await trio.lowlevel.checkpoint()
        times = (max(r.due_at, self.leased.get(r, 0)) for r in self.rows.values())
        return min(times, default=None)

    async def addresses(
        self, kinds: Sequence[str], *, before: int, limit: int
    ) -> Sequence[Address]:
        raise NotImplementedError

    async def complete(self, reminders: Sequence[DueReminder]) -> None:
        await trio.lowlevel.checkpoint()
        if self.complete_error is not None:
            raise self.complete_error
        for one in reminders:
            if self.rows.get((one.address, one.name)) == one:
                del self.rows[one.address, one.name]


def _due(key: str, due_at: int = START - 1) -> DueReminder:
    return DueReminder(Address("counter", key), "close", due_at)


async def test_a_due_reminder_wakes_an_actor_and_is_then_deleted(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("a"), _due("b", START + 5_000)])
    async with running() as rig, trio.open_nursery() as nursery:
        await nursery.start(
            run_reminders, reminders, rig.directory, rig.directory.clock, reminders.waiter
        )
        await trio.sleep(1)
        assert [a.due_at for a in rig.machine.alarms] == [START - 1]
        assert list(reminders.rows) == [(Address("counter", "b"), "close")]
        await trio.sleep(5)
        assert reminders.rows == {}
        nursery.cancel_scope.cancel()


async def test_many_overdue_reminders_come_batch_by_batch_not_as_a_flood(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due(str(n)) for n in range(3 * BATCH)])
    async with running() as rig:
        poller = ReminderPoller(reminders, rig.directory, rig.directory.clock, reminders.waiter)
        assert await poller.poll() == BATCH
        assert len(rig.machine.alarms) == BATCH
        assert len(reminders.rows) == 2 * BATCH


async def test_a_reminder_is_deleted_only_after_its_reaction_is_committed(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("a")])
    async with running() as rig:
        rig.request(Add())
        await rig.settle()
        poller = ReminderPoller(reminders, rig.directory, rig.directory.clock, reminders.waiter)
        await poller.poll()
        assert len(rig.machine.alarms) == 1
        assert reminders.rows
        rig.journal.commit()
        await poller.poll()
        assert not reminders.rows


async def test_a_slow_actor_holds_up_no_other_and_what_is_under_way_is_bounded(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("slow")])
    async with running() as rig:
        poller = ReminderPoller(reminders, rig.directory, rig.directory.clock, reminders.waiter)
        rig.request(Add(), key="slow")
        await rig.settle()
        await poller.poll()
        assert poller.under_way == 1
        reminders.rows |= {(_due("a").address, "close"): _due("a")}
        await poller.poll()
        assert [key.key for key, _ in reminders.rows] == ["slow"]
        poller.under_way = MAX_UNDER_WAY
        assert await poller.poll() == 0


async def test_a_deletion_that_fails_is_made_up_for(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("a")])
    reminders.complete_error = StorageUnavailable()
    async with running() as rig, trio.open_nursery() as nursery:
        await nursery.start(
            run_reminders, reminders, rig.directory, rig.directory.clock, reminders.waiter
        )
        await trio.sleep(0.1)
        assert reminders.rows
        reminders.complete_error = None
        await trio.sleep(5)
        assert not reminders.rows
        assert len(rig.machine.alarms) == 1
        nursery.cancel_scope.cancel()


class Answering:
    """A post that answers every request in the same way."""

    def __init__(self, how: Callable[[ReplyTo], None]) -> None:
        self._how = how

    def tell(self, address: Address, message: Message) -> None: ...

    def request(
        self, address: Address, message: Message, reply_to: ReplyTo, *, timeout_seconds: float = 10
    ) -> None:
        assert isinstance(message, Reminded)
        self._how(reply_to)

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any: ...


async def test_only_what_its_receiver_will_never_take_is_deleted_unhandled() -> None:
    async with running() as rig:
        for error, kept in [
            (StorageUnavailable(), True),
            (ActorCrashed(), True),
            (PoisonMessage(), False),
            (NotFoundError("game", "1"), False),
        ]:
            reminders = FakeReminders([_due("a")])
            post = Answering(lambda reply_to, error=error: reply_to.fail(error))  # type: ignore[misc]
            poller = ReminderPoller(reminders, post, rig.directory.clock, reminders.waiter)
            await poller.poll()
            await poller.poll()
            assert bool(reminders.rows) is kept


async def test_storage_that_is_away_is_asked_again_later(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("a")])
    reminders.error = StorageUnavailable()
    async with running() as rig, trio.open_nursery() as nursery:
        await nursery.start(
            run_reminders, reminders, rig.directory, rig.directory.clock, reminders.waiter
        )
        await trio.sleep(3)
        assert reminders.claims == 2
        reminders.error = None
        await trio.sleep(3)
        assert len(rig.machine.alarms) == 1
        nursery.cancel_scope.cancel()


async def test_between_due_times_nobody_asks_and_a_new_alarm_is_seen(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("a", START + 9_000)])
    async with running() as rig, trio.open_nursery() as nursery:
        await nursery.start(
            run_reminders, reminders, rig.directory, rig.directory.clock, reminders.waiter
        )
        await trio.sleep(5)
        assert reminders.claims == 1
        reminders.rows |= {(_due("b").address, "close"): _due("b", START + 6_000)}
        reminders.waiter.wake(START + 6_000)
        await trio.sleep(1.5)
        assert [a.due_at for a in rig.machine.alarms] == [START + 6_000]
        await trio.sleep(3)
        assert [a.due_at for a in rig.machine.alarms] == [START + 6_000, START + 9_000]
        nursery.cancel_scope.cancel()


async def test_what_is_answered_late_is_deleted_all_the_same(
    autojump_clock: trio.testing.MockClock,
) -> None:
    reminders = FakeReminders([_due("a")])
    asked: list[ReplyTo] = []
    async with running() as rig, trio.open_nursery() as nursery:
        post = Answering(asked.append)
        await nursery.start(run_reminders, reminders, post, rig.directory.clock, reminders.waiter)
        await trio.sleep(5)
        [reply_to] = asked
        reply_to.answer(Total(total=1))
        await trio.sleep(0.5)
        assert reminders.rows == {}
        nursery.cancel_scope.cancel()


def _snapshot(key: str, version: int) -> Snapshot:
    return Snapshot(Address("counter", key), version, 1, b"{}")


async def test_only_the_newest_snapshot_of_an_actor_is_written() -> None:
    journal = FakeJournal()
    writer = SnapshotWriter(journal)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(writer.run)
        for version in range(1, 4):
            writer.save_soon(_snapshot("a", version))
        await trio.testing.wait_all_tasks_blocked()
        assert [s.version for s in journal.snapshots.values()] == [3]
        assert writer.saved == 1
        nursery.cancel_scope.cancel()


async def test_a_snapshot_that_cannot_be_written_is_counted_and_dropped(monkeypatch: Any) -> None:
    journal = FakeJournal()
    journal.snapshot_error = StorageUnavailable()
    writer = SnapshotWriter(journal)
    monkeypatch.setattr(snapshots, "MAX_WAITING", 1)
    with structlog.testing.capture_logs():
        writer.save_soon(_snapshot("a", 1))
        writer.save_soon(_snapshot("b", 1))
        await writer.flush()
    assert (writer.saved, writer.failed) == (0, 2)


async def test_an_answer_that_races_with_the_askers_cancellation_is_ignored() -> None:
    asker = Asker()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asker.wait)
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
        asker.answer(Total(total=1))


async def test_an_answered_question_leaves_nothing_in_the_wheel() -> None:
    deadlines, asker = Deadlines(), Asker()
    pending = deadlines.watch(asker, 100.0)
    assert len(deadlines) == 1
    pending.answer(Total(total=1))
    pending.fail(StorageUnavailable())
    assert len(deadlines) == 0
    assert await asker.wait() == Total(total=1)


def test_dead_letters_and_suspects_are_bounded() -> None:
    letters, faults = DeadLetters(kept=3), Faults()
    for n in range(5):
        letters.record(Address("k", str(n)), None, ValueError(), count=1, at=n)
    assert letters.total == 5
    assert [letter.at for letter in letters.newest(2)] == [4, 3]
    for n in range(ADDRESSES_REMEMBERED + 1):
        faults.record(Address("k", str(n)), None, 0.0)
    assert Address("k", "0") not in faults
    assert Address("k", "1") in faults
    suspect = Address("k", "suspect")
    for n in range(SUSPECTS_PER_ADDRESS + 1):
        faults.record(suspect, Add(amount=n), 0.0)
        faults.record(suspect, Add(amount=n), 0.0)
    assert not faults.is_poison(suspect, Add(amount=0))
    assert faults.is_poison(suspect, Add(amount=1))
    assert not faults.is_poison(Address("k", "0"), Add(amount=1))
