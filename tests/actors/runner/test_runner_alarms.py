"""The runner: alarms of memory and of storage, each delivered once."""

from __future__ import annotations

import trio
import trio.testing

from protocol.envelope import Address
from protocol.lifecycle import Done, Reminded
from tests.support.runtime import (
    START,
    Alarm,
    Crash,
    FakeJournal,
    Forbidden,
    running,
)

A = Address("counter", "a")


async def test_a_volatile_alarm_rings_at_its_time(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Alarm(name="tick", at=START + 250, durable=False))
        await trio.sleep(0.249)
        assert rig.machine.alarms == []
        await trio.sleep(0.002)
        assert rig.machine.alarms == [Reminded(name="tick", due_at=START + 250)]
        assert rig.journal.queue == []


async def test_a_durable_alarm_is_armed_only_when_its_row_is_committed(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Alarm(name="close", at=START + 100))
        await trio.sleep(1)
        assert rig.machine.alarms == []
        rig.journal.commit()
        await trio.sleep(1)
        assert rig.machine.alarms == [Reminded(name="close", due_at=START + 100)]
        ((reminder,),) = [a.reminders for a in rig.journal.committed]
        assert reminder.due_at == START + 100


async def test_an_alarm_that_rings_from_memory_and_from_storage_is_delivered_once(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="close", at=START + 100))
        await trio.sleep(1)
        again = await rig.ask(Reminded(name="close", due_at=START + 100))
        assert again == Done()
        assert len(rig.machine.alarms) == 1


async def test_an_alarm_claimed_before_it_was_moved_is_not_delivered(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="close", at=START + 100))
        rig.request(Alarm(name="close", at=START + 5_000))
        await trio.sleep(0.5)
        assert await rig.ask(Reminded(name="close", due_at=START + 100)) == Done()
        assert rig.machine.alarms == []
        assert await rig.ask(Reminded(name="close", due_at=START + 5_000)) == Done()
        await trio.sleep(10)
        assert rig.machine.alarms == [Reminded(name="close", due_at=START + 5_000)]


async def test_a_cancelled_alarm_does_not_ring(autojump_clock: trio.testing.MockClock) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="close", at=START + 100))
        await trio.sleep(0.05)
        rig.request(Alarm(name="close", at=None))
        await trio.sleep(1)
        assert rig.machine.alarms == []
        assert rig.journal.committed[-1].reminders[0].due_at is None


async def test_an_alarm_set_again_for_the_same_time_rings_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for _ in range(2):
            rig.request(Alarm(name="tick", at=START, durable=False))
            await trio.sleep(0.1)
        assert len(rig.machine.alarms) == 2


async def test_poison_and_stale_alarms_without_an_asker_are_dropped_silently(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for nonce in (1, 1, 1):
            rig.directory.tell(A, Crash(nonce=nonce))
        await trio.sleep(1)
        assert rig.machine.delivered.count(Crash(nonce=1)) == 2
        for _ in range(2):
            rig.directory.tell(A, Reminded(name="x", due_at=START))
        rig.directory.tell(A, Forbidden())
        await rig.settle()
        assert len(rig.machine.alarms) == 1
