"""The runner: what a crash undoes, and what becomes of the message that caused it."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from actors.commit_pipeline import CommitPipeline
from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
    PoisonMessage,
)
from protocol.lifecycle import Activated
from supervisors.restarts import Backoff
from tests.support.runtime import (
    START,
    Add,
    Crash,
    FakeJournal,
    Read,
    Total,
    running,
)

A = Address("counter", "a")


async def test_a_crash_in_decide_commits_and_releases_what_was_decided_before(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        before = rig.request(Add(amount=3))
        crashed = rig.request(Crash())
        after = rig.request(Read())
        await rig.settle()
        assert isinstance(crashed.errors[0], ActorCrashed)
        assert (before.count, after.count) == (0, 0)
        rig.journal.commit()
        await rig.settle()
        assert before.replies == [Total(total=3)]
        assert after.replies == [Total(total=3)]
        assert rig.machine.activations == [Activated(after_crash=True)]


async def test_a_crash_in_evolve_undoes_the_whole_message(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(snapshot_every=1) as rig:
        crashed = rig.request(Crash(evolve=True))
        after = rig.request(Read())
        await rig.settle()
        assert isinstance(crashed.errors[0], ActorCrashed)
        assert after.replies == [Total(total=0)]
        assert rig.journal.queue == []
        assert rig.journal.snapshots == {}


async def test_a_dead_letter_tells_what_happened_without_what_was_said(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Crash(nonce=424242))
        await rig.settle()
        (letter,) = rig.directory.dead_letters.newest()
        assert letter.address == "counter/a"
        assert letter.message == "test.crash"
        assert letter.summary == "evolve=bool, nonce=int"
        assert letter.error == "ZeroDivisionError"
        assert letter.count == 1
        assert letter.at == START


async def test_a_message_that_crashed_its_actor_twice_is_not_delivered_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        for _ in range(2):
            with pytest.raises(ActorCrashed):
                await rig.ask(Crash(nonce=1))
        with pytest.raises(PoisonMessage):
            await rig.ask(Crash(nonce=1))
        with pytest.raises(ActorCrashed):
            await rig.ask(Crash(nonce=2))
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.machine.delivered.count(Crash(nonce=1)) == 2


async def test_crashes_are_followed_by_longer_and_longer_pauses(
    autojump_clock: trio.testing.MockClock,
) -> None:
    backoff = Backoff(initial_seconds=1.0, cap_seconds=3.0)
    async with running(directory={"backoff": backoff}) as rig:
        pauses = []
        for nonce in range(5):
            rig.request(Crash(nonce=nonce))
            await rig.settle()
            crashed_at = trio.current_time()
            await rig.ask(Read())
            pauses.append(round(trio.current_time() - crashed_at, 3))
        assert pauses == [0.0, 1.0, 2.0, 3.0, 3.0]


async def test_an_activation_is_never_held_back_as_poison(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(journal=FakeJournal(auto=True)) as rig:
        await rig.ask(Add())
        rig.machine.crash_on_activated = True
        for _ in range(3):
            rig.directory.restart(A)
            await rig.settle()
            with pytest.raises(ActorCrashed):
                await rig.ask(Read())


async def test_a_fault_of_the_runtime_ends_one_actor_and_answers_its_askers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as rig:

        def broken(_self: object) -> bool:
            raise RuntimeError("a bug of the runner")

        monkeypatch.setattr(CommitPipeline, "is_full", broken)
        with pytest.raises(ActorStopped):
            await rig.ask(Read())
        monkeypatch.undo()
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.directory.dead_letters.total == 1
