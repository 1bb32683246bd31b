"""The runner: a failed commit takes along what was decided on top of it."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    ActorStopped,
    Fenced,
    Overloaded,
    StorageUnavailable,
)
from protocol.lifecycle import Activated
from tests.support.runtime import (
    Add,
    Read,
    Total,
    running,
)

A = Address("counter", "a")


async def test_a_failed_commit_fails_released_and_queued_askers_and_forgets_the_state(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_in_flight=2) as rig:
        answers = []
        for _ in range(4):
            answers.append(rig.request(Add()))
            await rig.settle()
        rig.journal.fail(StorageUnavailable())
        assert all(isinstance(a.errors[0], StorageUnavailable) for a in answers)
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.journal.loads == 2


async def test_what_was_committed_before_a_failed_commit_is_still_released(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        first = rig.request(Add())
        await rig.settle()
        second = rig.request(Add())
        await rig.settle()
        rig.journal.commit(1)
        rig.journal.fail(StorageUnavailable())
        assert first.replies == [Total(total=1)]
        assert second.count == 1
        assert await rig.ask(Read()) == Total(total=1)


async def test_a_fenced_activation_stops_and_its_askers_may_ask_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add())
        await rig.settle()
        rig.journal.fail(Fenced(A, 1))
        assert isinstance(answer.errors[0], ActorStopped)
        await rig.settle()
        assert rig.directory.statistics().live == 0


async def test_a_full_journal_fails_the_commit(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.append_error = Overloaded("full")
        with pytest.raises(Overloaded):
            await rig.ask(Add())


async def test_the_activation_after_a_first_commit_that_failed_is_told(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        adding = rig.request(Add())
        await rig.settle()
        rig.journal.fail(StorageUnavailable())
        await rig.settle()
        assert adding.errors
        assert rig.machine.activations == []
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.machine.activations == [Activated()]


async def test_a_fault_of_storage_that_is_not_a_stoa_error_harms_only_this_activation(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.load_error = RuntimeError("bug")
        with pytest.raises(StorageUnavailable):
            await rig.ask(Read())
        rig.journal.load_error = None
        assert await rig.ask(Read()) == Total(total=0)
        assert await rig.ask(Read(), key="b") == Total(total=0)
        (counts,) = [k for k in rig.directory.statistics().kinds if k.kind == A.kind]
        assert (counts.restarts, counts.storage_failures) == (0, 1)
