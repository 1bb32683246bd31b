"""The directory: every question is answered once, in time or with an error."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from actors.kind import LiveKind
from protocol.envelope import Address
from protocol.errors import (
    ActorStopped,
    DeadlineExceeded,
    InternalError,
    Overloaded,
)
from tests.support.runtime import (
    Add,
    Counter,
    Read,
    Silent,
    Total,
    idle_directory,
    running,
)

A = Address("counter", "a")


async def test_an_unknown_kind_is_named_in_the_error() -> None:
    async with running() as rig:
        with pytest.raises(InternalError, match="'nobody'"):
            await rig.directory.ask(Address("nobody", "1"), Read())
        with pytest.raises(InternalError):
            rig.directory.tell(Address("nobody", "1"), Read())


async def test_an_ask_that_is_not_answered_ends_at_its_deadline(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        began = trio.current_time()
        with pytest.raises(DeadlineExceeded):
            await rig.directory.ask(A, Silent(), timeout_seconds=3)
        assert trio.current_time() - began == pytest.approx(3, abs=0.05)
        assert rig.directory.statistics().deadlines_missed == 1


async def test_a_request_is_answered_exactly_once_whatever_comes_late(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add(), seconds=1)
        await trio.sleep(2)
        assert isinstance(answer.errors[0], DeadlineExceeded)
        rig.journal.commit()
        await rig.settle()
        assert answer.count == 1


async def test_an_earlier_deadline_is_met_though_a_later_one_was_set_first(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Silent(), seconds=60)
        early = rig.request(Silent(), seconds=1)
        await trio.sleep(1.1)
        assert early.count == 1


async def test_a_cancelled_ask_withdraws_the_asker_and_not_the_message() -> None:
    async with running() as rig:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(rig.ask, Add())
            await rig.settle()
            nursery.cancel_scope.cancel()
        assert rig.directory.statistics().waiting_askers == 0
        rig.journal.commit()
        await rig.settle()
        assert await rig.ask(Read()) == Total(total=1)


async def test_too_many_actors_of_a_kind_are_refused() -> None:
    async with running(max_live=1) as rig:
        await rig.ask(Read())
        with pytest.raises(Overloaded):
            await rig.ask(Read(), key="b")
        assert rig.directory.statistics().kinds[0].refused == 1


async def test_a_directory_that_does_not_run_refuses() -> None:
    directory = idle_directory()
    with pytest.raises(ActorStopped):
        directory.tell(A, Read())
    with pytest.raises(ActorStopped):
        await directory.ask(A, Read())
    with pytest.raises(ActorStopped):
        directory.delivery.send(A, Read())
    await directory.drain(1)


async def test_a_kind_can_be_added_later() -> None:
    async with running() as rig:
        rig.directory.add_kind(LiveKind(Counter("late"), volatile=True))
        assert await rig.ask(Read(), kind="late") == Total(total=0)
