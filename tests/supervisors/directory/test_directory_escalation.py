"""The directory: too many crashes of one kind end it, and it can run again."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
)
from supervisors.directory import Directory
from supervisors.restarts import SupervisorGaveUp
from tests.support.runtime import (
    Add,
    Crash,
    idle_directory,
    running,
)

A = Address("counter", "a")


async def test_a_restart_storm_of_a_kind_escalates_and_answers_everybody(
    autojump_clock: trio.testing.MockClock,
) -> None:
    with pytest.RaisesGroup(SupervisorGaveUp):
        async with running(max_restarts=2) as rig:
            waiting = rig.request(Add(), key="other")
            await rig.settle()
            for nonce in range(3):
                rig.request(Crash(nonce=nonce), key=str(nonce))
            await trio.sleep(0.1)
            assert isinstance(waiting.errors[0], ActorStopped)


async def test_a_directory_that_gave_up_can_run_again(
    autojump_clock: trio.testing.MockClock,
) -> None:
    directory = idle_directory(max_restarts=0)
    for _ in range(2):
        async with trio.open_nursery() as nursery:
            with pytest.raises(SupervisorGaveUp):
                await _run_and_crash(directory, nursery)


async def _run_and_crash(directory: Directory, nursery: trio.Nursery) -> None:
    async def crash() -> None:
        await trio.sleep(1)
        with pytest.raises(ActorCrashed):
            await directory.ask(A, Crash())

    nursery.start_soon(crash)
    await directory.run()
