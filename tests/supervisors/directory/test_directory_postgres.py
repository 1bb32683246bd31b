"""The directory on the real journal: nothing acknowledged is lost, and activations are fenced."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog.testing
import trio

from actors.kind import LiveKind
from protocol.envelope import Address
from protocol.errors import ActorStopped
from storage.journal.journal import open_journal
from storage.journal.reminders import PostgresReminders
from storage.postgres import Database
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.reminders import ReminderPoller
from supervisors.wakeups import TopicWaiter
from tests.support.fakes import FakeFanOut
from tests.support.runtime import Add, Alarm, Counter, Crash, Read, Total

A = Address("counter", "a")


@asynccontextmanager
async def _node(database: Database, name: str, machine: Counter) -> AsyncIterator[Directory]:
    clock = TrioClock()
    async with (
        open_journal(database, clock=clock, node=name, records={}) as journal,
        trio.open_nursery() as nursery,
    ):
        directory = Directory(
            clock=clock,
            journal=journal,
            fan_out=FakeFanOut(),
            kinds=[LiveKind(machine, snapshot_every=10)],
        )
        await nursery.start(directory.run)
        yield directory
        nursery.cancel_scope.cancel()


async def test_what_was_acknowledged_is_there_after_the_process_was_cut_off(
    database: Database,
) -> None:
    async with _node(database, "one", Counter()) as directory:
        for _ in range(3):
            async with trio.open_nursery() as nursery:
                for _ in range(25):
                    nursery.start_soon(directory.ask, A, Add())
    async with _node(database, "two", Counter()) as directory:
        assert await directory.ask(A, Read()) == Total(total=75)
        with structlog.testing.capture_logs():
            directory.tell(A, Crash())
            assert await directory.ask(A, Add()) == Total(total=76)
        await directory.drain(5)


async def test_of_two_activations_one_is_fenced_and_its_asker_succeeds_on_asking_again(
    database: Database,
) -> None:
    async with (
        _node(database, "one", Counter()) as one,
        _node(database, "two", Counter()) as two,
    ):
        await one.ask(A, Add())
        assert await two.ask(A, Read()) == Total(total=1)
        await one.ask(A, Add())
        with structlog.testing.capture_logs(), pytest.raises(ActorStopped):
            await two.ask(A, Add())
        assert await two.ask(A, Add()) == Total(total=3)


async def test_a_durable_alarm_wakes_an_actor_in_another_process_once(database: Database) -> None:
    async with _node(database, "one", Counter()) as directory:
        due_at = directory.clock.now() + 10_000
        directory.tell(A, Alarm(name="close", at=due_at))
        await directory.ask(A, Add())
    machine, reminders = Counter(), PostgresReminders(database)
    async with _node(database, "two", machine) as directory:
        poller = ReminderPoller(reminders, directory, TrioClock(due_at + 1), TopicWaiter())
        assert await poller.poll() == 1
        assert [a.due_at for a in machine.alarms] == [due_at]
        assert await poller.poll() == 0
