"""The directory: an orderly end, and one that is cut off."""

from __future__ import annotations

import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    ActorStopped,
    StorageUnavailable,
)
from tests.support.fakes import Collector
from tests.support.runtime import (
    Add,
    FakeJournal,
    Passing,
    Read,
    Silent,
    SlowHandler,
    Total,
    idle_directory,
    running,
)

A = Address("counter", "a")


async def test_a_drain_finishes_what_waits_commits_it_and_saves_snapshots(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    async with running(journal=journal) as rig:
        answers = [rig.request(Add(), key=key) for key in "abc"]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.directory.drain, 10)
            await rig.settle()
            refused = rig.request(Read(), key="d")
            assert isinstance(refused.errors[0], ActorStopped)
            journal.commit()
        assert all(len(a.replies) == 1 for a in answers)
        assert {a.key for a in journal.snapshots} == set("abc")


async def test_a_drain_lets_actors_finish_what_they_send_each_other(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        rig.request(Passing(key="b"))
        await rig.directory.drain(5)
    assert len(journal.events[Address("counter", "b")]) == 1


async def test_a_drain_that_takes_too_long_answers_everybody_with_an_error(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_in_flight=1) as rig:
        answers = [rig.request(Add())]
        await rig.settle()
        answers += [rig.request(Add()) for _ in range(3)]
        silent = rig.request(Silent(), key="b", seconds=1000)
        await rig.directory.drain(2)
        await rig.settle()
        assert [type(a.errors[0]) for a in [*answers, silent]] == [ActorStopped] * 5
        rig.journal.fail(StorageUnavailable())
        assert all(a.count == 1 for a in answers)


async def test_a_cancelled_directory_leaves_no_asker_waiting() -> None:
    directory = idle_directory()
    collectors = [Collector() for _ in range(4)]
    slow = SlowHandler()
    directory.add_handler(slow)
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        directory.request(A, Add(), collectors[0])
        await trio.testing.wait_all_tasks_blocked()
        directory.request(A, Silent(), collectors[1])
        for collector in collectors[2:]:
            directory.request(Address("slow", ""), Read(), collector)
        nursery.cancel_scope.cancel()
    assert [type(c.errors[0]) for c in collectors] == [ActorStopped] * 4


async def test_a_drain_that_is_cut_off_while_an_actor_loads_answers_its_askers(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal()
    journal.gate = trio.Event()
    async with running(journal=journal) as rig:
        answer = rig.request(Read(), seconds=1000)
        await rig.directory.drain(1)
        await rig.settle()
        assert isinstance(answer.errors[0], ActorStopped)


async def test_a_drain_that_is_cut_off_while_a_snapshot_is_saved_loses_nothing(
    autojump_clock: trio.testing.MockClock,
) -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        journal.gate = trio.Event()
        answer = rig.request(Add(), seconds=1000)
        await rig.directory.drain(1)
        await rig.settle()
        assert answer.replies == [Total(total=2)]
    journal.gate = None
    async with running(journal=journal) as rig:
        assert await rig.ask(Read()) == Total(total=2)
