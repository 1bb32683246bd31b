"""The runner: what is sent, forwarded, refused, and true of this activation only."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    InternalError,
    RefusedError,
)
from tests.support.runtime import (
    START,
    Add,
    Alarm,
    Everything,
    Forbidden,
    Jotting,
    Passing,
    Publishing,
    Read,
    Relaying,
    Total,
    running,
)

A = Address("counter", "a")


async def test_an_effect_that_raises_is_counted_and_harms_no_other(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Publishing(text="raise"))
        rig.request(Publishing(text="fine"))
        await rig.settle()
        assert answer.replies == [Total(total=0)]
        assert rig.fan_out.published == ["fine"]
        assert rig.directory.statistics().failed_effects == 1


async def test_a_send_to_a_full_mailbox_is_counted_not_raised(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(mailbox_bound=1) as rig:
        rig.journal.gate = None
        rig.request(Read(), key="b")
        await rig.settle()
        rig.journal.gate = trio.Event()
        rig.request(Add(), key="c")
        rig.request(Passing(key="c"), key="b")
        await rig.settle()
        assert rig.directory.statistics().undeliverable_sends == 1


async def test_a_send_leaves_after_the_commit(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Add())
        rig.request(Passing(key="b"))
        await rig.settle()
        assert rig.directory.statistics().live == 1
        rig.journal.commit()
        await rig.settle()
        assert rig.directory.statistics().live == 2


async def test_a_refusal_reaches_the_asker(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        with pytest.raises(RefusedError):
            await rig.ask(Forbidden())


async def test_a_volatile_actor_has_no_journal_and_may_not_persist(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        assert await rig.ask(Read(), kind="volatile") == Total(total=0)
        for message in (Add(), Everything(), Alarm(name="x", at=START)):
            with pytest.raises(ActorCrashed):
                await rig.ask(message, key=str(message), kind="volatile")
        assert rig.journal.loads == 0
        assert rig.journal.queue == []


async def test_a_volatile_event_changes_memory_at_once_and_commits_nothing() -> None:
    async with running() as rig:
        assert await rig.ask(Jotting(amount=3)) == Total(total=3)
        assert await rig.ask(Read()) == Total(total=3)
        assert rig.journal.queue == []
        rig.directory.restart(A)
        assert await rig.ask(Read()) == Total(total=0)


async def test_a_volatile_actor_lives_by_volatile_events() -> None:
    async with running() as rig:
        assert await rig.ask(Jotting(amount=3), kind="volatile") == Total(total=3)
        assert await rig.ask(Read(), kind="volatile") == Total(total=3)


async def test_a_forwarded_asker_is_answered_by_the_receiver_after_the_commit() -> None:
    async with running() as rig:
        answer = rig.request(Relaying(key="b", adding=True))
        await rig.settle()
        assert (answer.count, rig.live()) == (0, 1)
        rig.journal.commit()
        await rig.settle()
        assert answer.replies == [Total(total=0)]


async def test_a_forward_that_cannot_be_delivered_fails_the_asker() -> None:
    async with running() as rig:
        with pytest.raises(InternalError):
            await rig.ask(Relaying(key="b", kind="nobody"))


async def test_a_forward_without_an_asker_is_a_send() -> None:
    async with running() as rig:
        rig.directory.tell(A, Relaying(key="b"))
        rig.directory.tell(A, Relaying(key="b", kind="nobody"))
        await rig.settle()
        assert rig.live() == 2
        assert rig.directory.statistics().undeliverable_sends == 1
