"""The directory: actors leave memory when they are idle and lose nothing by it."""

from __future__ import annotations

import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Address
from protocol.errors import (
    StorageUnavailable,
)
from tests.support.fakes import Collector
from tests.support.runtime import START, Add, Alarm, Crash, FakeJournal, Read, Total, running

A = Address("counter", "a")


async def test_an_idle_actor_is_passivated_and_comes_back(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(idle_seconds=10, journal=FakeJournal(auto=True)) as rig:
        await rig.ask(Add())
        await trio.sleep(9)
        assert rig.live() == 1
        await trio.sleep(5)
        assert rig.live() == 0
        assert await rig.ask(Read()) == Total(total=1)


async def test_an_actor_with_an_alarm_near_is_not_idle(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(idle_seconds=10, journal=FakeJournal(auto=True)) as rig:
        rig.request(Alarm(name="x", at=START + 50_000))
        await trio.sleep(40)
        assert rig.live() == 1
        await trio.sleep(30)
        assert rig.live() == 0


async def test_an_actor_that_does_not_idle_out_stays(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(idle_seconds=None) as rig:
        await rig.ask(Read())
        await trio.sleep(80_000)
        assert rig.live() == 1


@pytest.mark.parametrize("sent_after", range(6))
async def test_a_message_that_races_with_passivation_is_not_lost(sent_after: int) -> None:
    """The message comes at every step of passivation: asked, saving, saved, gone."""
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        rig.directory.passivate(A)
        for _ in range(sent_after):
            await trio.lowlevel.checkpoint()
        assert await rig.ask(Add(amount=10)) == Total(total=11)


async def test_a_message_that_comes_while_the_snapshot_is_saved_finds_the_state() -> None:
    journal = FakeJournal(auto=True)
    async with running(journal=journal) as rig:
        await rig.ask(Add())
        journal.gate = trio.Event()
        rig.directory.passivate(A)
        await rig.settle()
        answer = rig.request(Read())
        journal.gate.set()
        await rig.settle()
        assert answer.replies == [Total(total=1)]
        assert journal.loads == 1


PATIENT_SECONDS = 10_000
"""Longer than the pauses before thirty restarts take together."""


STEPS = st.lists(
    st.sampled_from(["add", "passivate", "restart", "crash", "commit", "fail", "yield", "settle"]),
    max_size=30,
)


@given(STEPS)
def test_whatever_happens_what_is_acknowledged_is_durable_and_all_are_answered(
    steps: list[str],
) -> None:
    trio.run(_play, steps, clock=trio.testing.MockClock(autojump_threshold=0))


async def _play(steps: list[str]) -> None:
    journal = FakeJournal()
    async with running(journal=journal, snapshot_every=3) as rig:
        answers: list[Collector] = []
        for nonce, step in enumerate(steps):
            match step:
                case "add":
                    answers.append(rig.request(Add(), seconds=PATIENT_SECONDS))
                case "passivate":
                    rig.directory.passivate(A)
                case "restart":
                    rig.directory.restart(A)
                case "crash":
                    rig.directory.tell(A, Crash(nonce=nonce))
                case "commit":
                    journal.commit()
                case "fail":
                    journal.fail(StorageUnavailable())
                case "yield":
                    await trio.lowlevel.checkpoint()
                case "settle":
                    await rig.settle()
        journal.auto = True
        journal.commit()
        durable = await rig.directory.ask(A, Read(), timeout_seconds=PATIENT_SECONDS)
        await rig.settle()
        assert all(a.count == 1 for a in answers)
        assert durable == Total(total=sum(len(a.replies) for a in answers))
